import { describe, expect, it } from 'vitest';
import {
  type CreateRoom,
  parseCreateRoom,
  parseSendMessage,
  parseUpdateRoom,
  type SendMessage,
} from '../../src/rooms/room-input.ts';

const invalid = (message: RegExp) =>
  expect.objectContaining({ code: 'INVALID_INPUT', message: expect.stringMatching(message) });
const errorOf = (act: () => unknown): unknown => {
  try {
    act();
    return 'accepted';
  } catch (error) {
    return error;
  }
};
const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });

describe('what is said in a room', () => {
  it.each<[string, Partial<SendMessage>, RegExp]>([
    ['nothing', { content: '' }, /content must have 1 to 10,000 characters; it is empty/],
    ['only spaces', { content: ' \n\t ' }, /something to see/],
    ['only what is not seen', { content: '\u200B\u2060\u3164' }, /something to see/],
    ['too much', { content: '漢'.repeat(10_001) }, /it has 10,001/],
    ['NUL', { content: 'a\0b' }, /NUL/],
    ['half a character', { content: 'a\uD83D b' }, /halves of characters/],
    ['the other half', { content: 'a\uDE00' }, /halves of characters/],
    ['deep metadata', { metadata: nested(11) }, /deeper than 10/],
    ['much metadata', { metadata: 'x'.repeat(16_384) }, /16,384 bytes as JSON; it has 16,386/],
    ['NUL in metadata', { metadata: { a: ['b\0'] } }, /metadata must not hold NUL/],
    ['NUL in a key of metadata', { metadata: { 'a\0': 1 } }, /metadata must not hold NUL/],
    ['half a character in metadata', { metadata: ['\uD83D'] }, /metadata must not hold/],
    ['an empty clientId', { clientId: '' }, /clientId must have 1 to 100/],
    ['a long clientId', { clientId: 'x'.repeat(101) }, /clientId must have/],
    ['controls in a clientId', { clientId: 'a\nb' }, /clientId must not hold control/],
    ['an unknown type', { type: 'SHOUT' as 'TEXT' }, /type must be one of TEXT, /],
  ])('R3 refuses %s', (_what, own, message) => {
    expect(errorOf(() => parseSendMessage({ content: 'x', ...own }))).toEqual(invalid(message));
  });

  it('R3 takes the most that is allowed, and leaves it as it is', () => {
    const content = ` ${'🎉'.repeat(9_998)} `;
    const metadata = JSON.parse('{"__proto__": {"polluted": true}, "a": [null]}') as object;
    const parsed = parseSendMessage({ content, metadata, clientId: 'x'.repeat(100), mentionsAll: true });
    expect(parsed).toMatchObject({ content, type: 'TEXT', mentionsAll: true });
    expect(JSON.stringify(parsed.metadata)).toBe('{"__proto__":{"polluted":true},"a":[null]}');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(parseSendMessage({ content: 'x', metadata: nested(10) }).metadata).toEqual(nested(10));
    expect(parseSendMessage({ content: 'x' })).toEqual({
      content: 'x',
      type: 'TEXT',
      metadata: null,
      mentionsAll: false,
      clientId: null,
    });
  });
});

describe('a room', () => {
  it.each<[string, Partial<CreateRoom>, RegExp]>([
    ['no name', { name: '  ' }, /name must have 1 to 100 characters; it is empty/],
    ['a long name', { name: 'n'.repeat(101) }, /it has 101/],
    ['two lines as a name', { name: 'a\nb' }, /control characters/],
    ['a name that turns direction', { name: 'abc\u202Etxt' }, /characters that are not seen/],
    ['a name with what is not seen', { name: 'admin\u200B' }, /characters that are not seen/],
    ['a long description', { description: 'd'.repeat(1001) }, /description must have/],
    ['room for nobody', { maxMembers: 0 }, /maxMembers must be 1 to 1,000,000/],
    ['room for too many', { maxMembers: 1_000_001 }, /maxMembers must be/],
    ['a PROTECTED one without a password', { type: 'PROTECTED' }, /needs a password/],
    ['an empty password', { type: 'PROTECTED', password: '' }, /password must have 1 to 256/],
    ['a password for a PUBLIC one', { password: 'x' }, /PUBLIC room has no password/],
    ['a password for a PRIVATE one', { type: 'PRIVATE', password: 'x' }, /PRIVATE room has no password/],
  ])('R3 is refused with %s', (_what, own, message) => {
    expect(errorOf(() => parseCreateRoom({ name: 'n', ...own }))).toEqual(invalid(message));
  });

  it('R3 gets its name trimmed and in one form, so that equal names are equal', () => {
    const { name } = parseCreateRoom({ name: ' Cafe\u0301 \u6F22 ' });
    expect(name).toBe('Caf\u00E9 \u6F22');
    expect(parseUpdateRoom({})).toEqual({
      name: undefined,
      description: undefined,
      type: undefined,
      status: undefined,
      password: undefined,
      maxMembers: undefined,
    });
    expect(parseUpdateRoom({ maxMembers: null, description: '' })).toMatchObject({
      maxMembers: null,
      description: '',
    });
  });
});
