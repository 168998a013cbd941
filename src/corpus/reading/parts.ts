/** Bytes of a part, roughly: small enough to share the work among threads evenly, large enough to be worth starting. */
export const partBytes = 8 * 1024 * 1024;

/** Files of a part at most: reading a tiny file costs time, too. */
const partFiles = 2000;

/** Cuts a list of files into runs of about `partBytes`, in their order. */
export function* batches<File extends { readonly bytes: number }>(
  files: Iterable<File>,
): Generator<{ readonly files: readonly File[]; readonly bytes: number }> {
  let batch: File[] = [];
  let bytes = 0;
  for (const file of files) {
    batch.push(file);
    bytes += file.bytes;
    if (bytes < partBytes && batch.length < partFiles) continue;
    yield { files: batch, bytes };
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield { files: batch, bytes };
}
