import { useState } from 'react';
import type { RoomRole } from '../gql/graphql.ts';
import { useTexts } from '../i18n/texts.ts';
import { mutate } from '../session/mutate.ts';
import { useSession } from '../session/use-session.ts';
import { ErrorNote } from '../ui/error-note.tsx';
import { useAction } from '../ui/use-action.ts';
import { Invite, Kick, SetRole } from './documents.ts';
import { isBelow, mayModerate, maySetRoles, ROLES } from './roles.ts';
import { type RoomMember, useMembers } from './use-members.ts';
import type { Presence } from './use-presence.ts';

interface MembersProps {
  readonly roomId: string;
  readonly ownRole: RoomRole | null | undefined;
  readonly ownId: string;
  readonly presence: Presence;
}

/** Who is in the room and who is there now; for those who may: roles, kicking, inviting. */
export function Members({ roomId, ownRole, ownId, presence }: MembersProps) {
  const texts = useTexts();
  const session = useSession();
  const { members, hasMore, error, refresh, more } = useMembers(roomId, presence.users);
  const [invited, setInvited] = useState<string>();
  const act = useAction(async (change: () => Promise<unknown>) => {
    await change();
    refresh();
  });
  return (
    <div className="members">
      <h3>{texts.rooms.people}</h3>
      <ErrorNote error={error ?? act.error} />
      <ul>
        {members.map((member) => (
          <Member
            key={member.user.id}
            member={member}
            isPresent={presence.present.has(member.user.id)}
            isOwn={member.user.id === ownId}
            ownRole={ownRole}
            onKick={() => void act.run(() => mutate(session, Kick, { roomId, userId: member.user.id }))}
            onRole={(role) =>
              void act.run(() => mutate(session, SetRole, { roomId, userId: member.user.id, role }))
            }
          />
        ))}
      </ul>
      {hasMore && (
        <button type="button" className="link-button" onClick={more}>
          {texts.common.more}
        </button>
      )}
      {mayModerate(ownRole) && (
        <form
          className="invite"
          onSubmit={(event) => {
            event.preventDefault();
            const form = event.currentTarget;
            const userId = String(new FormData(form).get('user')).trim();
            void act
              .run(async () => {
                await mutate(session, Invite, { roomId, userId });
                setInvited(userId);
              })
              .then(() => form.reset());
          }}
        >
          <input
            name="user"
            required
            aria-label={texts.rooms.inviteUser}
            placeholder={texts.rooms.inviteUser}
            autoComplete="off"
          />
          <button type="submit" className="button" disabled={act.isBusy}>
            {texts.rooms.invite}
          </button>
          {invited !== undefined && (
            <p className="foot muted" role="status">
              {texts.rooms.invitationSent(invited)}
            </p>
          )}
        </form>
      )}
    </div>
  );
}

interface MemberProps {
  readonly member: RoomMember;
  readonly isPresent: boolean;
  readonly isOwn: boolean;
  readonly ownRole: RoomRole | null | undefined;
  readonly onKick: () => void;
  readonly onRole: (role: RoomRole) => void;
}

function Member({ member, isPresent, isOwn, ownRole, onKick, onRole }: MemberProps) {
  const texts = useTexts();
  const { id } = member.user;
  const mayAct = !isOwn && isBelow(member.role, ownRole);
  return (
    <li>
      <span className={`presence-dot ${isPresent ? '' : 'is-away'}`} aria-hidden="true" />
      <span className="member-name">
        {id} {isOwn && <span className="muted">({texts.rooms.you})</span>}
      </span>
      {mayAct && maySetRoles(ownRole) ? (
        <select
          aria-label={texts.rooms.setRole(id)}
          value={member.role}
          onChange={({ target }) => onRole(target.value as RoomRole)}
        >
          {ROLES.filter((role) => isBelow(role, ownRole)).map((role) => (
            <option key={role} value={role}>
              {texts.rooms.roles[role]}
            </option>
          ))}
        </select>
      ) : (
        <span className="badge">{texts.rooms.roles[member.role]}</span>
      )}
      {mayAct && mayModerate(ownRole) && (
        <button
          type="button"
          className="button danger"
          onClick={() => confirm(texts.rooms.kickSure(id)) && onKick()}
        >
          {texts.rooms.kick}
        </button>
      )}
    </li>
  );
}
