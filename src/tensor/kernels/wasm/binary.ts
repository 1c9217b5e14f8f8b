// Written by `npm run wasm` from the files of assembly/.

/** The compiled modules in base64; `relaxed` is there where relaxed SIMD changes anything. */
export const binaries: Record<string, { plain: string; relaxed?: string }> = {
  matmul: {
    plain: "AGFzbQEAAAABCwFgB39/f39/f38AAhIBA2VudgZtZW1vcnkCAQGAgAQDAgEABAUBcAEBAQcIAQRnZW12AAAJBgEAQQELAApxAW8CAn8BfUEAIQcDQCAHIAZJBEBDAAAAACEJQQAhCANAIAggBUkEQCAJIAEgCCACbEECdGoqAgAgAyAIIARsIAdqQQJ0aioCAJSSIQkgCEEBaiEIDAELCyAAIAdBAnRqIAk4AgAgB0EBaiEHDAELCws=",
    relaxed: "AGFzbQEAAAABCwFgB39/f39/f38AAhIBA2VudgZtZW1vcnkCAQGAgAQDAgEABAUBcAEBAQcIAQRnZW12AAAJBgEAQQELAApxAW8CAn8BfUEAIQcDQCAHIAZJBEBDAAAAACEJQQAhCANAIAggBUkEQCAJIAEgCCACbEECdGoqAgAgAyAIIARsIAdqQQJ0aioCAJSSIQkgCEEBaiEIDAELCyAAIAdBAnRqIAk4AgAgB0EBaiEHDAELCws=",
  },
};
