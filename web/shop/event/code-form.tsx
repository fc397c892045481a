import { Tag } from 'lucide-react';
import { useState } from 'react';
import { Badge } from '../../parts/badge/badge.tsx';
import { Button } from '../../parts/button/button.tsx';
import { Field } from '../../parts/field/field.tsx';
import { list } from '../../texts/format.ts';
import { textsOf } from '../../texts/texts.ts';
import styles from './event.module.css';
import type { ShowCode } from './use-code.ts';

/** "I have a code": asks for it, says what it is good for, and lets it be left out again. */
export function CodeForm({ code }: { readonly code: ShowCode }) {
  const texts = textsOf('event').code;
  const [isOpen, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  if (code.code !== null) {
    const names = code.unlocked?.items.map(({ name }) => name) ?? [];
    return (
      <div className={styles.codeLine} role="status">
        <span>
          <Badge tone="volt">
            <Tag aria-hidden="true" />
            {texts.good(code.code.toUpperCase())}
          </Badge>{' '}
          {names.length > 0 && <span className="quiet">{texts.goodFor(list(names))}</span>}
        </span>
        <button type="button" className={styles.link} onClick={code.drop}>
          {texts.drop}
        </button>
      </div>
    );
  }
  if (!isOpen && code.fault === null) {
    return (
      <button type="button" className={styles.link} onClick={() => setOpen(true)}>
        <Tag aria-hidden="true" />
        {texts.open}
      </button>
    );
  }
  return (
    <form
      className={styles.code}
      onSubmit={(event) => {
        event.preventDefault();
        if (typed.trim() && !code.isAsking) void code.use(typed.trim());
      }}
    >
      <Field
        label={texts.label}
        value={typed}
        maxLength={100}
        autoCapitalize="characters"
        autoComplete="off"
        autoCorrect="off"
        spellCheck={false}
        // It was asked for by a press, which led here.
        autoFocus
        onChange={(event) => setTyped(event.target.value)}
        error={code.fault ? { sentence: texts[code.fault] } : undefined}
      />
      <Button type="submit" working={code.isAsking} disabled={typed.trim() === ''}>
        {code.isAsking ? texts.using : texts.use}
      </Button>
    </form>
  );
}
