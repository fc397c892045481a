import '../parts/styles/base.css';
import { createRoot } from 'react-dom/client';
import { loadTexts } from '../texts/texts.ts';
import { PartsView } from './parts-view.tsx';

await loadTexts('shop', 'problems');
createRoot(document.getElementById('app')!).render(<PartsView />);
