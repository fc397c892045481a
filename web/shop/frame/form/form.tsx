import { type InputHTMLAttributes, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { wordsOf } from '../../../api/words-of.ts';
import { Button } from '../../../parts/button/button.tsx';
import { Field } from '../../../parts/field/field.tsx';
import { Notice } from '../../../parts/notice/notice.tsx';
import { textsOf } from '../../../texts/texts.ts';
import styles from './form.module.css';
import type { FormState } from './use-form.ts';

/**
 * A form whose faults stand at their fields and, after a press of the button, in a summary that takes the focus. Fields are
 * {@link FormField}s, or named in `labels`.
 */
export function Form<Name extends string>({
  form,
  labels,
  action,
  working,
  look = 'primary',
  wide,
  children,
  more,
}: {
  readonly form: FormState<Name>;
  /** What the fields are called, for the summary. */
  readonly labels: Readonly<Partial<Record<Name, string>>>;
  readonly action: string;
  /** What the button says while it works. */
  readonly working: string;
  readonly look?: 'primary' | 'second' | 'danger';
  readonly wide?: boolean;
  readonly children: ReactNode;
  /** Beside the button. */
  readonly more?: ReactNode;
}) {
  return (
    <form className={styles.form} noValidate onSubmit={form.submit}>
      <Summary form={form} labels={labels} />
      {children}
      <div className={styles.actions}>
        <Button type="submit" look={look} wide={wide ?? false} working={form.isWorking}>
          {form.isWorking ? working : action}
        </Button>
        {more}
      </div>
    </form>
  );
}

function Summary<Name extends string>({
  form: { faults, failure, tries },
  labels,
}: {
  readonly form: FormState<Name>;
  readonly labels: Readonly<Partial<Record<Name, string>>>;
}) {
  const texts = textsOf('shop').form;
  const box = useRef<HTMLDivElement>(null);
  const names = Object.keys(faults) as Name[];
  const isShown = failure !== null || names.length > 0;
  const seen = useRef(tries);
  useEffect(() => {
    if (seen.current === tries) return;
    seen.current = tries;
    if (isShown) box.current?.focus();
  });
  if (!isShown) return null;
  const words = failure !== null ? wordsOf(failure) : { title: texts.faults(names.length), text: '' };
  return (
    <div ref={box} tabIndex={-1} className={styles.summary}>
      <Notice tone="no" role="alert" title={words.title}>
        {failure !== null ? (
          words.text
        ) : (
          <ul>
            {names.map((name) => (
              <li key={name}>
                <button type="button" className="link" onClick={() => focusField(box.current, name)}>
                  {labels[name] ?? name}
                </button>{' '}
                {faults[name]}
              </li>
            ))}
          </ul>
        )}
      </Notice>
    </div>
  );
}

function focusField(within: HTMLElement | null, name: string): void {
  const field = within?.closest('form')?.elements.namedItem(name);
  if (field instanceof HTMLElement) field.focus();
}

type FieldProps<Name extends string> = Omit<InputHTMLAttributes<HTMLInputElement>, 'name' | 'form'> & {
  readonly form: FormState<Name>;
  readonly name: Name;
  readonly label: string;
  readonly hint?: string | undefined;
};

/** A field of a form, by its name. */
export function FormField<Name extends string>({ form, name, label, ...input }: FieldProps<Name>) {
  const fault = form.faults[name];
  return (
    <Field
      {...input}
      name={name}
      label={label}
      value={form.values[name]}
      error={fault === undefined ? undefined : { sentence: fault }}
      onChange={({ target }) => form.set(name, target.value)}
    />
  );
}

/** A password, which can be looked at before it is sent. */
export function PasswordField<Name extends string>(props: FieldProps<Name>) {
  const [isShown, setShown] = useState(false);
  const id = useId();
  return (
    <div className={styles.password}>
      <FormField {...props} id={id} type={isShown ? 'text' : 'password'} autoCapitalize="none" spellCheck={false} />
      <button
        type="button"
        className={styles.show}
        aria-pressed={isShown}
        aria-controls={id}
        onClick={() => setShown(!isShown)}
      >
        {textsOf('shop').form.show}
      </button>
    </div>
  );
}
