interface Frame {
  readonly file: string;
  readonly line: string;
  readonly name: string;
}

function frames(): Frame[] {
  const errors = Error as { stackTraceLimit?: number };
  const limit = errors.stackTraceLimit;
  errors.stackTraceLimit = 50;
  const lines = (new Error().stack ?? "").split("\n");
  errors.stackTraceLimit = limit;
  return lines.flatMap((text) => {
    const found = /^\s*at (?:(.*) \()?(?:file:\/\/)?(.*?):(\d+):\d+\)?$/.exec(text);
    return found ? [{ name: found[1] ?? "<module>", file: found[2], line: found[3] }] : [];
  });
}

/** The folder of the library, `null` if it was bundled with its user. */
let folder: string | null | undefined;

/** Where the user's code called the library, innermost first, as PyTorch writes it: `file(line): function`. */
export function stackOfCaller(): string[] {
  const all = frames();
  folder ??= /^(.*)profiler\/stack\.[jt]s$/.exec(all[0]?.file ?? "")?.[1] ?? null;
  const users = all.filter(({ file }) => !(folder && file.startsWith(folder)) && !file.startsWith("node:"));
  return users.map(({ file, line, name }) => `${file}(${line}): ${name}`);
}
