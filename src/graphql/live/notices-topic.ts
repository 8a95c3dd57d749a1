import type { BusEvent } from '../../bus/bus.ts';
import type { NoticeBoard } from '../../fanout/notices/notice-board.ts';
import type { OpenedTopic } from '../../fanout/topics/open-topic.ts';

const PREFIX = 'notices:';

/** The address of the notices of one client. */
export const noticesTopic = (client: string): string => PREFIX + client;

/** Notices as events, numbered as they come; those that waited come once the subscriber has joined. */
export async function openNoticesTopic(
  board: NoticeBoard,
  topic: string,
  onEvent: (event: BusEvent) => void,
): Promise<OpenedTopic> {
  let sequence = 0;
  let stop: (() => void) | undefined;
  // who opens the topic joins in the turn in which this resolves
  const listening = setImmediate(() => {
    stop = board.listen(topic.slice(PREFIX.length), (notice) => {
      sequence += 1;
      onEvent({ topic, epoch: '', sequence, payload: notice });
    });
  });
  return {
    latest: undefined,
    close() {
      clearImmediate(listening);
      stop?.();
    },
  };
}
