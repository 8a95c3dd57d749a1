import { oneOf, sharedStore } from './saved.ts';

/** What somebody chose about how the console looks; kept in the browser. */
export type Theme = 'system' | 'light' | 'dark';
export type Language = 'en' | 'zh';

export const theme = sharedStore<Theme>('theme', 'system', oneOf('system', 'light', 'dark'));

export const language = sharedStore<Language>(
  'language',
  navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en',
  oneOf('en', 'zh'),
);

const systemDark = matchMedia('(prefers-color-scheme: dark)');

/** Keeps the page's attributes as the preferences say: styles follow from them. */
export function applyPreferences(): void {
  const apply = (): void => {
    const chosen = theme.get();
    const { dataset } = document.documentElement;
    dataset.theme = chosen === 'system' ? (systemDark.matches ? 'dark' : 'light') : chosen;
    document.documentElement.lang = language.get() === 'zh' ? 'zh-CN' : 'en';
  };
  theme.subscribe(apply);
  language.subscribe(apply);
  systemDark.addEventListener('change', apply);
  apply();
}
