/**
 * Python's built-in exceptions that PyTorch raises and JavaScript lacks. `TypeError` is JavaScript's own.
 *
 * The first line of a message is PyTorch's own text, so that it can be searched; `help`, when given, follows after a
 * blank line and says why it happened and what to do.
 */
export class PythonError extends Error {
  constructor(message: string, help?: string) {
    super(withHelp(message, help));
    this.name = new.target.name;
  }
}

/** An operation that cannot be carried out: bad shapes, a freed graph, a modified saved tensor, ... */
export class RuntimeError extends PythonError {}
/** A matrix for which the task cannot be solved: a singular one to invert, say. */
export class LinAlgError extends RuntimeError {}
/** An argument of the right type with a value that makes no sense. */
export class ValueError extends PythonError {}
/** An index or a dimension out of range. */
export class IndexError extends PythonError {}
/** A name that a dictionary does not hold. */
export class KeyError extends PythonError {}
/** A failed check that Python makes with `assert`. */
export class AssertionError extends PythonError {}
/** What PyTorch documents and Rushlight leaves out on purpose. */
export class NotImplementedError extends PythonError {}
/** A name that an object does not have. */
export class AttributeError extends PythonError {}

/** Joins PyTorch's text and our explanation of it. */
export function withHelp(message: string, help?: string): string {
  return help === undefined ? message : `${message}\n\n${help}`;
}
