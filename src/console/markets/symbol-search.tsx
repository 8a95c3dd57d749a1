import { type KeyboardEvent, useDeferredValue, useId, useState } from 'react';
import type { Client } from 'urql';
import { useTexts } from '../i18n/texts.ts';
import { useSession } from '../session/use-session.ts';
import { useStore } from '../state/store.ts';
import { useInstrumentSearch } from './instruments.ts';
import { refusalOf, refusedSymbols } from './refused-symbols.ts';
import { watch, watchlist } from './watchlist-store.ts';

const MOST = 8;

/** Adds a symbol that was typed, unless the server does not take it. */
async function addChecked(client: Client, symbol: string): Promise<void> {
  const refusal = await refusalOf(client, symbol);
  refusedSymbols.set(refusal ? [refusal] : []);
  if (!refusal) watch(symbol);
}

interface Choice {
  readonly symbol: string;
  readonly name: string;
}

/** Finds instruments and adds them to the watchlist: a combobox, by keyboard or pointer. */
export function SymbolSearch() {
  const texts = useTexts();
  const { client } = useSession();
  const [text, setText] = useState('');
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const id = useId();
  const found = useInstrumentSearch(useDeferredValue(text.trim()), MOST);
  const watched = useStore(watchlist);

  const typed = text.trim();
  const listed: readonly Choice[] = found ?? [];
  // a symbol may be known to nobody yet, and be published later
  const unlisted = found && typed !== '' && !listed.some(({ symbol }) => symbol === typed);
  const choices: readonly Choice[] = unlisted
    ? [...listed, { symbol: typed, name: texts.markets.addUnlisted(typed) }]
    : listed;

  const choose = (choice: Choice | undefined): void => {
    if (!choice) return;
    setText('');
    setOpen(false);
    // what the server lists it also takes
    if (listed.includes(choice)) {
      refusedSymbols.set([]);
      watch(choice.symbol);
    } else void addChecked(client, choice.symbol);
  };
  const handleKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') setOpen(false);
    else if (event.key === 'Enter') choose(choices[active]);
    else if (event.key === 'ArrowDown') setActive(Math.min(active + 1, choices.length - 1));
    else if (event.key === 'ArrowUp') setActive(Math.max(active - 1, 0));
    else return;
    if (event.key !== 'Escape') event.preventDefault();
  };
  return (
    <div className="combobox">
      <input
        type="search"
        role="combobox"
        aria-label={texts.markets.add}
        aria-expanded={isOpen}
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={isOpen && choices.length > 0 ? `${id}-${active}` : undefined}
        placeholder={texts.markets.addHint}
        autoComplete="off"
        value={text}
        onChange={({ target }) => {
          setText(target.value);
          setActive(0);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={handleKey}
      />
      {isOpen && choices.length > 0 && (
        <div className="popover-panel options" id={id} role="listbox" aria-label={texts.markets.add}>
          {choices.map((choice, i) => (
            // the input keeps the focus and the keys: see aria-activedescendant
            <div
              key={choice.symbol}
              id={`${id}-${i}`}
              role="option"
              tabIndex={-1}
              aria-selected={i === active}
              onPointerDown={(event) => {
                event.preventDefault();
                choose(choice);
              }}
            >
              <span className="symbol">{choice.symbol}</span>
              <span className="name">{choice.name}</span>
              {watched.includes(choice.symbol) && <span className="muted">{texts.markets.watched}</span>}
            </div>
          ))}
        </div>
      )}
      <span className="sr-only" role="status">
        {isOpen && found && typed !== '' && texts.markets.found(listed.length)}
      </span>
    </div>
  );
}
