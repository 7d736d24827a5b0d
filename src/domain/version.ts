// The version, told once: package.json; a unit test holds the two together.

export const VERSION = '0.1.0'
