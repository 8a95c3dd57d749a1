import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

const FENCED = /^( *)```[\s\S]*?^\1```$/gm;
const INLINE_CODE = /`[^`\n]*`/g;
const LINK = /!?\[[^\]]*\]\(([^)\s]+)\)/g;
const OUTSIDE = /^[a-z]+:/;

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(markdown: string): Set<string> {
  const seen = new Map<string, number>();
  const anchors = new Set<string>();
  for (const [, heading = ''] of markdown.replace(FENCED, '').matchAll(/^#{1,6} +(.+)$/gm)) {
    const slug = heading
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    anchors.add(count === 0 ? slug : `${slug}-${count}`);
  }
  return anchors;
}

/**
 * The links of a Markdown file to files or headings that do not exist, each as written. Links to other sites are not
 * looked at.
 * @param markdown the text of the file, whose links are relative to `file`
 */
export function brokenLinks(file: string, markdown: string): string[] {
  const text = markdown.replace(FENCED, '').replace(INLINE_CODE, '');
  return [...text.matchAll(LINK)]
    .map((match) => match[1] ?? '')
    .filter((link) => !OUTSIDE.test(link))
    .filter((link) => {
      const [target = '', anchor] = link.split('#');
      const there = target === '' ? file : path.resolve(path.dirname(file), target);
      if (!existsSync(there)) return true;
      if (anchor === undefined || statSync(there).isDirectory()) return false;
      return !anchorsOf(there === file ? markdown : readFileSync(there, 'utf8')).has(anchor);
    });
}
