import { type FormEvent, useRef, useState } from 'react';
import { ApiProblem } from '../../../api/problem.ts';
import { wordsOf } from '../../../api/words-of.ts';

/** What is wrong, by the name of the field. */
export type Faults<Name extends string> = Partial<Record<Name, string>>;

export interface FormPlan<Name extends string> {
  /** What the fields begin with; its keys are the names of all fields. */
  readonly initial: Readonly<Record<Name, string>>;
  /** What the page can see by itself. */
  readonly check?: (values: Readonly<Record<Name, string>>) => Faults<Name>;
  /** Where a refusal belongs that is about one field. */
  readonly placeOf?: (problem: ApiProblem) => Name | undefined;
  send(values: Readonly<Record<Name, string>>): Promise<void>;
}

export interface FormState<Name extends string> {
  readonly values: Readonly<Record<Name, string>>;
  readonly faults: Faults<Name>;
  /** What failed and belongs to no field. */
  readonly failure: unknown;
  readonly isWorking: boolean;
  /** How often something was sent, or was not because of faults: the summary takes the focus each time. */
  readonly tries: number;
  set(name: Name, value: string): void;
  submit(event: FormEvent): void;
  /** Takes back what failed. */
  clear(): void;
}

/**
 * What is typed into a form, and what is wrong with it: by the page's own look on submit, then by the server's. A fault stands at its
 * field until that is changed. Nothing typed goes away by itself.
 */
export function useForm<Name extends string>(plan: FormPlan<Name>): FormState<Name> {
  const [values, setValues] = useState(plan.initial);
  const [faults, setFaults] = useState<Faults<Name>>({});
  const [failure, setFailure] = useState<unknown>(null);
  const [isWorking, setWorking] = useState(false);
  const [tries, setTries] = useState(0);
  const isSending = useRef(false);

  async function send() {
    const found = plan.check?.(values) ?? {};
    setFailure(null);
    setFaults(found);
    setTries((before) => before + 1);
    if (Object.keys(found).length > 0 || isSending.current) return;
    isSending.current = true;
    setWorking(true);
    try {
      await plan.send(values);
    } catch (error) {
      const placed = placeFaults(error, plan);
      if (Object.keys(placed).length > 0) setFaults(placed);
      else setFailure(error);
      setTries((before) => before + 1);
    } finally {
      isSending.current = false;
      setWorking(false);
    }
  }

  return {
    values,
    faults,
    failure,
    isWorking,
    tries,
    set(name, value) {
      setValues((before) => ({ ...before, [name]: value }));
      setFaults(({ [name]: _, ...others }) => others as Faults<Name>);
    },
    submit(event) {
      event.preventDefault();
      void send();
    },
    clear() {
      setFailure(null);
      setFaults({});
    },
  };
}

/** A refusal as faults of fields: where the form says it belongs, else where the server says. */
export function placeFaults<Name extends string>(
  error: unknown,
  { initial, placeOf }: Pick<FormPlan<Name>, 'initial' | 'placeOf'>,
): Faults<Name> {
  if (!(error instanceof ApiProblem)) return {};
  const { title, text } = wordsOf(error);
  const place = placeOf?.(error);
  if (place !== undefined) return { [place]: [title, text].filter(Boolean).join(' ') } as Faults<Name>;
  const faults: Record<string, string> = {};
  for (const { field, message } of error.body.errors ?? []) {
    const name = field.split('/').filter(Boolean)[0];
    if (name !== undefined && name in initial) faults[name] ??= message;
  }
  return faults as Faults<Name>;
}
