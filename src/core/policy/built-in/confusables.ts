// Characters that look like those of Kubernetes' reserved names, each under its lower-case look-alike. A part of
// Unicode's confusables.txt (UTS #39 §4), version 13.0.0, © 2020 Unicode, Inc., https://www.unicode.org/terms_of_use.html:
// characters with letters of "system:", "kubeadm:cluster-admins" or "countersign:" as prototype, without those that NFKC and lower case
// fold. Code points in hexadecimal.
const TABLE: Readonly<Record<string, string>> = {
  '-': '2d7 6d4 2010 2011 2012 2013 2043 2212 2796 2cba fe58',
  ':': '2d0 2f8 589 5c3 703 704 903 a83 16ec 1803 1809 205a 2236 a4fd a789',
  a: '251 391 3b1 410 430 13aa 15c5 237a a4ee 102a0 16f40 1d6a8 1d6c2 1d6e2 1d6fc 1d71c 1d736 1d756 1d770 1d790 1d7aa',
  aa: 'a732 a733',
  ae: 'c6 e6 4d4 4d5',
  ao: 'a734 a735',
  ar: '1f707',
  au: 'a736 a737',
  ay: 'a73c a73d',
  b: '184 392 412 42c 13cf 13f4 1472 15af 15f7 a4d0 a7b4 10282 102a1 10301 1d6a9 1d6e3 1d71d 1d757 1d791',
  bl: '42b',
  c: '3f2 3f9 421 441 13df 1d04 2ca4 2ca5 a4da abaf 102a2 10302 10415 1043d 1051c 118e9 118f2 1f74c',
  d: '501 13a0 13e7 146f 15de 15ea a4d2 a4d3',
  e: '395 415 435 4bd 13ac 212e 22ff 2d39 a4f0 ab32 10286 118a6 118ae 1d6ac 1d6e6 1d720 1d75a 1d794',
  g: '18d 261 50c 581 13c0 13f3 1d83 a4d6',
  i: '131 269 26a 2db 37a 3b9 456 4cf 13a5 1fbe 2373 a647 ab75 118c3 1d6a4 1d6ca 1d704 1d73e 1d778 1d7b2',
  k: '39a 41a 13e6 16d5 2c94 a4d7 10518 1d6b1 1d6eb 1d725 1d75f 1d799',
  l: '31 7c 196 1c0 399 406 4c0 5c0 5d5 5df 627 661 6f1 7ca 13de 14aa 16c1 2223 23fd 2c92 2cd0 2d4f a4e1 a4f2 fe8d fe8e ffe8 1028a 10309 10320 1041b 10526 118a3 118b2 16f16 16f28 1d22a 1d6b0 1d6ea 1d724 1d75e 1d798 1e8c7 1ee00 1ee80',
  ll: '1c1 5f0 2016 2225',
  lo: '42e',
  ls: '2aa',
  lt: '20b6',
  n: '39d 578 57c 1260 144e 2229 22c2 2c9a a4e0 a4f5 10513 1d245 1d6b4 1d6ee 1d728 1d762 1d79c',
  o: '30 39f 3bf 3c3 41e 43e 555 585 5e1 647 665 6be 6c1 6d5 6f5 7c0 966 9e6 a66 ae6 b20 b66 be6 c02 c66 c82 ce6 d02 d20 d66 d82 e50 ed0 101d 1040 10ff 12d0 1d0f 1d11 2c9e 2c9f 2d54 3007 a4f3 ab3d fba6 fba7 fba8 fba9 fbaa fbab fbac fbad fee9 feea feeb feec 10292 102ab 10404 1042c 104c2 104ea 10516 114d0 118b5 118c8 118d7 118e0 1d6b6 1d6d0 1d6d4 1d6f0 1d70a 1d70e 1d72a 1d744 1d748 1d764 1d77e 1d782 1d79e 1d7b8 1d7bc 1ee24 1ee64 1ee84',
  oe: '152 153',
  oo: '221e a698 a699 a74e a74f',
  r: '1a6 433 13a1 13d2 1587 1d26 2c85 a4e3 ab47 ab48 ab81 104b4 16f35 1d216',
  rn: '6d 11700 118e3',
  s: '1bd 405 455 54f 13d5 13da a4e2 a731 abaa 10296 10420 10448 118c1 16f3a',
  sss: '1f75c',
  t: '3a4 422 13a2 22a4 27d9 2ca6 a4d4 10297 102b1 10315 118bc 16f0a 1d6bb 1d6f5 1d72f 1d769 1d7a3 1f768',
  ts: '2a6',
  u: '28b 3c5 54d 57d 1200 144c 1d1c 222a 22c3 a4f4 a79f ab4e ab52 104ce 104f6 118b8 118d8 16f42 1d6d6 1d710 1d74a 1d784 1d7be',
  ue: '1d6b',
  uo: 'ab63',
  y: '263 28f 3a5 3b3 3d2 413 423 443 4ae 4af 10e7 13a9 13b1 13bd 14a5 1d8c 1eff 213d 213e 2c84 2ca8 a4ec ab5a 102b2 118a4 118dc 16f07 16f43 1d6aa 1d6bc 1d6c4 1d6e4 1d6f6 1d6fe 1d71e 1d730 1d738 1d758 1d76a 1d772 1d792 1d7a4 1d7ac',
}

const PROTOTYPES: ReadonlyMap<string, string> = new Map(
  Object.entries(TABLE).flatMap(([prototype, points]) =>
    points
      .split(' ')
      .map((point): [string, string] => [
        String.fromCodePoint(Number.parseInt(point, 16)),
        prototype,
      ]),
  ),
)

/**
 * One to three lower-case forms that the text looks like (skeletons of UTS #39 §4): texts with a common one look alike. Spaces, marks
 * and invisible characters do not count.
 */
export function skeletons(text: string): readonly string[] {
  const plain = text
    .normalize('NFKD')
    .replaceAll(/[\p{M}\p{White_Space}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Cc}]/gu, '')
  const forms = [
    plain.toLowerCase(),
    plain.replaceAll('I', 'l').toLowerCase(), // a capital I looks like an l
    skeleton(plain.toUpperCase()).toLowerCase(), // of some letters only the capital is in the table
  ]
  return [...new Set(forms.map(skeleton))]
}

const CONFUSABLE = new RegExp(`[${[...PROTOTYPES.keys()].join('')}]`, 'gu')

function skeleton(text: string): string {
  return text.replaceAll(CONFUSABLE, character => PROTOTYPES.get(character) ?? character)
}
