import { Component, type ReactNode } from 'react';
import { Button } from '../parts/button/button.tsx';
import { Notice } from '../parts/notice/notice.tsx';
import { textsOf } from '../texts/texts.ts';

/** Where a view breaks, its place says so, and the way out. What was typed lies in the session's storage. */
export class Crash extends Component<{ readonly children: ReactNode }, { readonly isBroken: boolean }> {
  override state = { isBroken: false };

  static getDerivedStateFromError() {
    return { isBroken: true };
  }

  override render() {
    if (!this.state.isBroken) return this.props.children;
    const { broken, tryAgain } = textsOf('shop');
    return (
      <main className="page">
        <Notice
          tone="no"
          role="alert"
          title={broken.title}
          actions={<Button onClick={() => location.reload()}>{tryAgain}</Button>}
        >
          {broken.text}
        </Notice>
      </main>
    );
  }
}
