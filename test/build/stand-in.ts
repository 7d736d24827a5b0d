// A stand-in for a port or for a type with many members. It has the members that a test gives it; reading any other member throws.

/** Members that `await`, JSON and jest read from all objects. */
const ANY_OBJECT = new Set([
  'then',
  'toJSON',
  'asymmetricMatch',
  'constructor',
  'nodeType',
  '$$typeof',
])

export function standIn<Whole extends object>(parts: Partial<Whole>): Whole {
  const whole = new Proxy(parts, {
    get(target, name, receiver) {
      if (typeof name === 'symbol' || name in target || ANY_OBJECT.has(name))
        return Reflect.get(target, name, receiver)
      throw new Error(`the stand-in has no ${name}`)
    },
  })
  return whole as Whole
}
