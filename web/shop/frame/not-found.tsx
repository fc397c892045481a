import { LinkButton } from '../../parts/button/button.tsx';
import { Notice } from '../../parts/notice/notice.tsx';
import { textsOf } from '../../texts/texts.ts';
import { paths } from '../paths.ts';
import { Frame, useTitle } from './frame.tsx';

/** An address where nothing is. */
export function NotFound() {
  const { notFound } = textsOf('shop');
  useTitle(notFound.title);
  return (
    <Frame>
      <div className="page" style={{ paddingBlock: 'var(--space-10)' }}>
        <h1>{notFound.title}</h1>
        <Notice title={notFound.text} actions={<LinkButton href={paths.home()}>{notFound.action}</LinkButton>} />
      </div>
    </Frame>
  );
}
