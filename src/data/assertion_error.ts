import { withHelp } from "../python/errors.js";

/** Python's failed `assert`, for the checks that PyTorch makes with it. */
export class AssertionError extends Error {
  override readonly name = "AssertionError";

  constructor(message: string, help?: string) {
    super(withHelp(message, help));
  }
}
