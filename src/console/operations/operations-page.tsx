import { useTexts } from '../i18n/texts.ts';
import { SignInNeeded } from '../shell/sign-in-needed.tsx';
import { useViewer } from '../shell/use-viewer.ts';
import { language } from '../state/preferences.ts';
import { useStore } from '../state/store.ts';
import { ErrorNote } from '../ui/error-note.tsx';
import { compact } from '../ui/format.ts';
import { BroadcastForm } from './broadcast-form.tsx';
import { FeedTable } from './feed-table.tsx';
import { Figure } from './figure.tsx';
import { InstanceTable } from './instance-table.tsx';
import { type Sample, useFigures } from './use-figures.ts';

/** What the server is doing, for who runs it. */
export default function OperationsPage() {
  const texts = useTexts();
  const viewer = useViewer();
  if (viewer === undefined) return null;
  if (!viewer?.roles.includes('ADMIN')) return <SignInNeeded why={texts.signIn.needAdmin} />;
  return <Figures />;
}

function Figures() {
  const texts = useTexts();
  const inLanguage = useStore(language);
  const { stats, samples, error } = useFigures();
  if (error) return <ErrorNote error={error} />;
  if (!stats) return <p className="muted">{texts.common.loading}</p>;
  const { connections, streaming, reconnection, rooms, broadcasts, inbox, feeds, instances } = stats;
  const show = (value: number | undefined): string => compact(Math.round(value ?? 0), inLanguage);
  const of = (pick: (sample: Sample) => number): number[] => samples.map(pick);
  const last = samples.at(-1);
  const sharing = streaming.groups === 0 ? 0 : streaming.subscribers / streaming.groups;
  return (
    <div className="operations">
      <h1 className="sr-only">{texts.operations.title}</h1>
      <div className="figure-grid live-data">
        <Figure
          label={texts.operations.connections}
          value={show(connections.total)}
          note={`${texts.operations.users}: ${show(connections.users)}`}
          values={of((sample) => sample.connections)}
          testId="connections"
        />
        <Figure
          label={texts.operations.deliveries}
          value={show(last?.delivered)}
          note={`${texts.operations.executions}: ${show(last?.executed)}`}
          values={of((sample) => sample.delivered)}
          testId="deliveries"
        />
        <Figure
          label={texts.operations.subscribers}
          value={show(streaming.subscribers)}
          note={`${texts.operations.sharing(sharing.toFixed(1))} · ${texts.operations.topics}: ${show(streaming.activeStreams)}`}
          values={of((sample) => sample.subscribers)}
          testId="subscribers"
        />
        <Figure
          label={texts.operations.conflated}
          value={show(last?.conflated)}
          note={texts.operations.conflatedNote(show(streaming.messagesConflated))}
          values={of((sample) => sample.conflated)}
        />
        <Figure
          label={texts.operations.dropped}
          value={show(last?.dropped)}
          note={`${texts.operations.inAll(show(streaming.messagesDropped))} · ${texts.operations.slow}: ${show(streaming.slowReadersClosed)}`}
          values={of((sample) => sample.dropped)}
        />
        <Figure
          label={texts.operations.rooms}
          value={show(rooms.total)}
          note={`${texts.operations.openRooms}: ${show(connections.rooms)} · ${texts.operations.members}: ${show(rooms.members)}`}
        />
        <Figure
          label={texts.operations.broadcasts}
          value={show(broadcasts.sent)}
          note={`${texts.operations.delivered}: ${show(broadcasts.delivered)} · ${texts.operations.queued}: ${show(broadcasts.queued)} · ${texts.operations.inboxItems}: ${show(inbox.items)}`}
        />
        <Figure
          label={texts.operations.resumed}
          value={show(reconnection.resumed)}
          note={`${texts.operations.replayed(show(reconnection.replayed))} · ${texts.operations.expired(show(reconnection.expired))}`}
        />
      </div>
      <InstanceTable instances={instances} inLanguage={inLanguage} />
      <BroadcastForm online={connections.users} />
      <FeedTable feeds={feeds} inLanguage={inLanguage} />
    </div>
  );
}
