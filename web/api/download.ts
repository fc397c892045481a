import { askApi } from './client.ts';

/** Fetches a file as whoever is signed in, which a link could not say, and hands it to the browser to keep. */
export async function download(path: string, name: string): Promise<void> {
  const file = await askApi<Blob>(path, { patienceMs: 60_000, isFile: true });
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
