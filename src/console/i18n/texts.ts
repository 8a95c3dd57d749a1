import { language } from '../state/preferences.ts';
import { useStore } from '../state/store.ts';
import { en, type Texts } from './en.ts';
import { zh } from './zh.ts';

const BY_LANGUAGE: Readonly<Record<'en' | 'zh', Texts>> = { en, zh };

/** The texts in the language that was chosen. */
export const useTexts = (): Texts => BY_LANGUAGE[useStore(language)];
