/** Whether an edit may go on from the version that is there now. */
export type VersionCheck = (version: number) => boolean;

/** The ETag of something by its version; `more` distinguishes what looks different at one version (counters). */
export function versionTag(version: number, more?: string): string {
  return more === undefined ? `"v${version}"` : `"v${version}-${more}"`;
}

/**
 * What an If-Match header asks for; undefined if there is none or anything will do. It names versions: bare, as `version`
 * of the answers, or as ETag. A tag that is none of ours matches nothing.
 */
export function readVersionCheck(header: string | undefined): VersionCheck | undefined {
  if (header === undefined || header.trim() === '*') return undefined;
  const versions = new Set(
    header.split(',').map((tag) => /^(?:W\/)?"?v?(\d{1,9})(?:-[^"]*)?"?$/.exec(tag.trim())?.[1]),
  );
  return (version) => versions.has(String(version));
}
