import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** One fenced block of a Markdown file. */
export interface Snippet {
  /** as written behind the fence: ts, sh, graphql, json; empty: none */
  readonly language: string;
  readonly text: string;
  /** from the root of the project */
  readonly file: string;
  /** of its first line, from 1 */
  readonly line: number;
}

const FENCE = /^( *)```(\S*)[^\n]*\n([\s\S]*?)^\1```$/gm;

/**
 * The fenced blocks of a Markdown file of the project, in order.
 * @param file from the root of the project
 */
export function snippetsOf(file: string): Snippet[] {
  const markdown = readFileSync(fileURLToPath(new URL(`../../${file}`, import.meta.url)), 'utf8');
  return [...markdown.matchAll(FENCE)].map((match) => ({
    file,
    language: match[2] ?? '',
    text: match[3] ?? '',
    line: markdown.slice(0, match.index).split('\n').length + 1,
  }));
}

/** Hands out the snippets of some files, and says at the end which nobody has run. */
export class SnippetBook {
  readonly #snippets: readonly Snippet[];
  readonly #taken = new Set<Snippet>();

  constructor(...files: readonly string[]) {
    this.#snippets = files.flatMap(snippetsOf);
  }

  /** All snippets of a language. */
  all(language: string): Snippet[] {
    return this.#mark(this.#snippets.filter((snippet) => snippet.language === language));
  }

  /**
   * The one snippet of a language that has a text in it.
   * @throws Error when there is none, or more than one
   */
  one(language: string, text: string): Snippet {
    const found = this.#snippets.filter(
      (snippet) => snippet.language === language && snippet.text.includes(text),
    );
    if (found.length !== 1)
      throw new Error(`${found.length} snippets of ${language} hold ${JSON.stringify(text)}.`);
    return this.#mark(found)[0] as Snippet;
  }

  /** Those in a language that nobody has asked for. */
  untaken(): string[] {
    return this.#snippets
      .filter((snippet) => snippet.language !== '' && !this.#taken.has(snippet))
      .map(
        ({ file, language, line, text }) => `${language} in ${file}, line ${line}: ${text.split('\n', 1)[0]}`,
      );
  }

  #mark(snippets: Snippet[]): Snippet[] {
    for (const snippet of snippets) this.#taken.add(snippet);
    return snippets;
  }
}
