import { useTexts } from '../i18n/texts.ts';
import { useStore } from '../state/store.ts';
import { Popover } from '../ui/popover.tsx';
import { COLUMNS, type Column, chosenColumns } from './columns.ts';

/** Chooses columns, and with them what the server sends. */
export function ColumnPicker() {
  const texts = useTexts();
  const chosen = useStore(chosenColumns);
  const toggle = (column: Column): void =>
    chosenColumns.set(COLUMNS.filter((known) => chosen.includes(known) !== (known === column)));
  return (
    <Popover label={texts.markets.columns}>
      <fieldset className="choices">
        <legend className="sr-only">{texts.markets.columns}</legend>
        {COLUMNS.map((column) => (
          <label key={column}>
            <input type="checkbox" checked={chosen.includes(column)} onChange={() => toggle(column)} />
            {texts.markets[column]}
          </label>
        ))}
      </fieldset>
    </Popover>
  );
}
