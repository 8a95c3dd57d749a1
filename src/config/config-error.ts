/** The environment cannot be used; the message says in a line each what is wrong. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
