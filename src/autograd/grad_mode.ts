/** Whether operations are recorded for a backward pass. One state for the program: JavaScript runs one thread. */
let enabled = true;
let inference = false;

/** Is gradient recording on? */
export function is_grad_enabled(): boolean {
  return enabled;
}

/** Is the program inside {@link inference_mode}? */
export function is_inference_mode_enabled(): boolean {
  return inference;
}

/** @internal Sets the mode without a scope and returns the former one, for the engine and for operations. */
export function swapGradMode(mode: boolean): boolean {
  const before = enabled;
  enabled = mode;
  return before;
}

/**
 * A scope in which a mode holds: `using _ = torch.no_grad()` ends it with the block. It can also wrap a function, as
 * Python's decorator does: `torch.no_grad(() => ...)` runs it at once and returns what it returns.
 */
export class ModeScope implements Disposable {
  private done = false;

  constructor(private readonly restore: () => void) {}

  [Symbol.dispose](): void {
    if (this.done) return;
    this.done = true;
    this.restore();
  }
}

/** @internal A mode that lasts until the scope is disposed, or while `body` runs; `restore` ends it. */
export function scoped<T>(restore: () => void, body: (() => T) | undefined): T | ModeScope {
  const scope = new ModeScope(restore);
  if (!body) return scope;
  try {
    return body();
  } finally {
    scope[Symbol.dispose]();
  }
}

function within<T>(grad: boolean, infer: boolean, body: (() => T) | undefined): T | ModeScope {
  const before = [enabled, inference] as const;
  enabled = grad;
  inference = infer;
  return scoped(() => {
    [enabled, inference] = before;
  }, body);
}

/**
 * Turns gradient recording off: for evaluation and for updates of parameters.
 *
 * @example
 * const y = torch.no_grad(() => model(x)); // y.requires_grad is false
 * @example
 * { using _ = torch.no_grad(); weight.sub_(weight.grad.mul(lr)); }
 */
export function no_grad(): ModeScope;
export function no_grad<T>(body: () => T): T;
export function no_grad<T>(body?: () => T): T | ModeScope {
  return within(false, inference, body);
}

/** Turns gradient recording on inside {@link no_grad}. */
export function enable_grad(): ModeScope;
export function enable_grad<T>(body: () => T): T;
export function enable_grad<T>(body?: () => T): T | ModeScope {
  return within(true, inference, body);
}

/** Turns gradient recording on or off: at once, until the scope it returns is disposed, or while `body` runs. */
export function set_grad_enabled(mode: boolean): ModeScope;
export function set_grad_enabled<T>(mode: boolean, body: () => T): T;
export function set_grad_enabled<T>(mode: boolean, body?: () => T): T | ModeScope {
  return within(mode, inference, body);
}

/** Like {@link no_grad}; tensors made inside can never take part in recording. `inference_mode(false)` leaves it. */
export function inference_mode(mode?: boolean): ModeScope;
export function inference_mode<T>(body: () => T): T;
export function inference_mode<T>(mode: boolean, body: () => T): T;
export function inference_mode<T>(mode: boolean | (() => T) = true, body?: () => T): T | ModeScope {
  const on = typeof mode === "function" ? true : mode;
  return within(!on, on, typeof mode === "function" ? mode : body);
}
