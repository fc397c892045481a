import { wordsOf } from '../../api/words-of.ts';
import { Button } from '../../parts/button/button.tsx';
import { Notice } from '../../parts/notice/notice.tsx';
import { textsOf } from '../../texts/texts.ts';

/** What went wrong in words, and the way to try again where there is one. */
export function Failure({ error, retry }: { readonly error: unknown; readonly retry?: (() => void) | undefined }) {
  const { title, text } = wordsOf(error);
  return (
    <Notice
      tone="no"
      role="alert"
      title={title}
      actions={
        retry && (
          <Button size="small" onClick={retry}>
            {textsOf('shop').tryAgain}
          </Button>
        )
      }
    >
      {text}
    </Notice>
  );
}
