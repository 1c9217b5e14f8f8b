/**
 * @internal A list of `count` places, to be filled: a list that grows takes room for seventeen more. Spelled out, which is
 * faster, for as many as most functions have arguments.
 */
export function places(count: number): unknown[] {
  switch (count) {
    case 1:
      return [undefined];
    case 2:
      return [undefined, undefined];
    case 3:
      return [undefined, undefined, undefined];
    case 4:
      return [undefined, undefined, undefined, undefined];
    case 5:
      return [undefined, undefined, undefined, undefined, undefined];
    default:
      return new Array<unknown>(count).fill(undefined);
  }
}
