import { type ComponentType, lazy } from 'react';
import { loadTexts, type TextPart } from '../texts/texts.ts';

/**
 * A view in a chunk of its own, with what it says. After `load` it is drawn at once, without the moment in which nothing is there:
 * what the server has begun stays on screen until then.
 */
export function lazyView<Props extends object>(
  loadView: () => Promise<{ readonly View: ComponentType<Props> }>,
  ...parts: readonly TextPart[]
): ComponentType<Props> & { readonly load: () => Promise<unknown> } {
  let Loaded: ComponentType<Props> | undefined;
  const load = async () => {
    const [{ View }] = await Promise.all([loadView(), loadTexts(...parts)]);
    Loaded = View;
    return { default: View };
  };
  const Lazy = lazy(load);
  return Object.assign((props: Props) => (Loaded ? <Loaded {...props} /> : <Lazy {...props} />), { load });
}
