/** What people write where a secret should be. */
const PLACEHOLDERS =
  /(change|replace|fill)[\W_]*(me|this|it)|secrets?|passw(or)?d|default|example|sample|your|test(ing)?|demo|dev(elopment)?|prod(uction)?|localhost|tickroom|jwt|hs256|auth|tokens?|sign(ing)?|admin|root|key|qwerty|letmein|foo|bar|baz|super|please|bytes|characters|chars|least/gi;
const MIN_DISTINCT = 7;
const MIN_LEFT = 16;

/**
 * Whether a secret can be guessed although it is long: few different characters, the same again and again, a row of the
 * keyboard or the alphabet, or words that stand for a secret. The empty one is none.
 */
export function isWeakSecret(secret: string): boolean {
  if (secret === '') return false;
  const left = withoutRuns(secret.replace(PLACEHOLDERS, ''));
  return (
    new Set(secret).size < MIN_DISTINCT ||
    /^(.{1,64}?)\1+.{0,8}$/s.test(secret) ||
    left.replace(/[\s\p{P}\p{S}]/gu, '').length < MIN_LEFT
  );
}

/** Without characters that only count on from the one before: 1234, abcd, dcba, aaaa. */
function withoutRuns(text: string): string {
  const codes = [...text].map((character) => character.codePointAt(0) ?? 0);
  return [...text].filter((_, at) => Math.abs((codes[at] ?? 0) - (codes[at - 1] ?? -9)) > 1).join('');
}
