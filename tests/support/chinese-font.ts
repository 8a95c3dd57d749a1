import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const CACHE = fileURLToPath(new URL('../../.cache', import.meta.url));
const PACKAGE = 'fonts-wqy-microhei';

/**
 * Environment in which a browser can write Chinese: as it is where the system has such a font, else with Debian's
 * package unpacked beside it. Where neither can be had, pictures show boxes.
 */
export function chineseFontEnvironment(): Record<string, string> {
  if (hasChineseFont()) return {};
  const folder = path.join(CACHE, PACKAGE);
  try {
    if (!existsSync(folder)) unpackDebian(folder);
  } catch {
    console.warn(`No Chinese font: install ${PACKAGE} or another one for pictures with Chinese text.`);
    return {};
  }
  const file = path.join(folder, 'fonts.conf');
  writeFileSync(
    file,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><include>/etc/fonts/fonts.conf</include><dir>${folder}</dir><cachedir>${folder}/cache</cachedir></fontconfig>`,
  );
  return { FONTCONFIG_FILE: file };
}

function hasChineseFont(): boolean {
  try {
    return execFileSync('fc-list', [':lang=zh-cn', 'family'], { encoding: 'utf8' }).trim() !== '';
  } catch {
    return false;
  }
}

function unpackDebian(folder: string): void {
  const beside = `${folder}.${process.pid}`;
  mkdirSync(beside, { recursive: true });
  try {
    execFileSync('apt-get', ['download', PACKAGE], { cwd: beside, stdio: 'ignore' });
    execFileSync('sh', ['-c', 'dpkg-deb -x *.deb . && rm -f *.deb'], { cwd: beside, stdio: 'ignore' });
    renameSync(beside, folder);
  } catch (error) {
    rmSync(beside, { recursive: true, force: true });
    throw error;
  }
}
