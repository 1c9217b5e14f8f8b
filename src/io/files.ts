import { RuntimeError } from "../python/errors.js";

/* Files, where the platform knows such. Nothing is imported: in a browser there is nothing to import from. */

/** The part of `node:fs` that is used. */
interface FileSystem {
  existsSync(path: string): boolean;
  realpathSync(path: string): string;
  readFileSync(path: string): Uint8Array;
  openSync(path: string, flags: string, mode: number): number;
  writeFileSync(file: number, bytes: Uint8Array): void;
  fsyncSync(file: number): void;
  closeSync(file: number): void;
  statSync(path: string): { mode: number };
  renameSync(from: string, to: string): void;
  rmSync(path: string, options: { force: boolean }): void;
}

declare const process: { getBuiltinModule?(name: string): unknown } | undefined;

/** @throws RuntimeError where there is no file system; `instead` says what to do there */
function fileSystem(instead: string): FileSystem {
  const fs = typeof process === "undefined" ? undefined : process.getBuiltinModule?.("node:fs");
  if (fs) return fs as FileSystem;
  throw new RuntimeError("there is no file system here", `${instead} Files need Node 20.16, 22.3 or newer.`);
}

const saveInstead = "torch.save(obj) without a path returns the bytes; put them where you like.";

/**
 * Writes a file whole or not at all: the bytes go to a file beside it, which takes its name when they are on the disk.
 *
 * @param instead what to do where there are no files
 * @throws RuntimeError if it cannot be written; what stood there before is as it was
 */
export function writeFile(path: string, bytes: Uint8Array, instead = saveInstead): void {
  const fs = fileSystem(instead);
  const target = fs.existsSync(path) ? fs.realpathSync(path) : path;
  const temporary = `${target}.${Math.random().toString(36).slice(2)}.tmp`;
  try {
    // who might read the old file may read the new one, and nobody else
    const mode = fs.existsSync(target) ? fs.statSync(target).mode & 0o777 : 0o666;
    const file = fs.openSync(temporary, "wx", mode);
    try {
      fs.writeFileSync(file, bytes);
      fs.fsyncSync(file);
    } finally {
      fs.closeSync(file);
    }
    fs.renameSync(temporary, target);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw explained(error, path, "written");
  }
}

/** @throws RuntimeError if it cannot be read */
export function readFile(path: string): Uint8Array {
  const fs = fileSystem("torch.load(bytes) takes the bytes that torch.save(obj) returned.");
  try {
    return fs.readFileSync(path);
  } catch (error) {
    throw explained(error, path, "read");
  }
}

function explained(error: unknown, path: string, what: string): RuntimeError {
  const { code = "", message } = error as { code?: string; message: string };
  const slash = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  if (code === "ENOENT" && what === "written") {
    return new RuntimeError(`Parent directory ${path.slice(0, Math.max(slash, 0)) || "."} does not exist.`);
  }
  const reasons: Record<string, string> = {
    ENOENT: "No such file or directory",
    EISDIR: "Is a directory",
    EACCES: "Permission denied",
    ENOSPC: "No space left on device",
  };
  return new RuntimeError(`${reasons[code] ?? message}: '${path}'`, `The file could not be ${what}.`);
}
