import type { Picture } from './photographs.ts'

export interface DemoComment {
  by: string
  text: string
  /** Which comment of the same post it answers, counted from 0. */
  answers?: number
}

export interface DemoPost {
  by: string
  /** No two posts say the same: a fill that was cut short finds by it what is there already. */
  caption: string
  pictures: readonly [Picture, ...Picture[]]
  place?: string
  talk?: readonly DemoComment[]
}

const blossfeldt = 'Karl Blossfeldt, 1928.'

/** By author; `inOrder` of community.ts mixes them as a day would. */
export const posts: readonly DemoPost[] = [
  // --- louise ---
  {
    by: 'louise',
    caption: 'Rain all morning, then this on the way to the tram. #macro #afterrain',
    pictures: ['petal/whole'],
    talk: [
      { by: 'greta', text: 'The one in the middle! You beat me to it, and that hurts 😄' },
      { by: 'louise', text: '@greta you taught me to kneel in puddles, so it is half yours.', answers: 0 },
      { by: 'priya', text: 'This is why I water the garden late.' },
    ],
  },
  {
    by: 'louise',
    caption: 'Four details of one Blossfeldt that hangs above my desk. I see a new one every week. #blossfeldt #plants',
    pictures: ['acanthus/top+silver', 'acanthus/veins+silver', 'acanthus/foot+silver'],
    talk: [
      { by: 'ines.b', text: 'Three pictures, "four details". The fourth is the desk?' },
      { by: 'louise', text: 'The fourth is a secret, @ines.b', answers: 0 },
    ],
  },
  {
    by: 'louise',
    caption: 'Borrowed @iris and her cliffs for a weekend. I gave the cliffs back. #coast #goldenhour',
    pictures: ['lighthouse/cliff', 'lighthouse/sea'],
    place: 'Isle of Skye',
    talk: [
      { by: 'iris', text: 'You may borrow the weather too next time.' },
      { by: 'callum', text: 'Did you get down to the water?' },
      { by: 'louise', text: 'I looked at it sternly from above.', answers: 1 },
    ],
  },
  {
    by: 'louise',
    caption: 'A blue test strip of the harbour print from #Nagasaki. Wrong paper, lovely mistake. #cyanotype',
    pictures: ['harbour/ship+blue'],
    talk: [
      { by: 'hana.k', text: 'I would hang this exactly as it is.' },
      { by: 'anselm', text: 'The highlights hold better than mine ever did. Which paper?' },
      { by: 'louise', text: 'An old envelope, @anselm. Truly.', answers: 1 },
    ],
  },
  {
    by: 'louise',
    caption: 'Sunday, open window, nobody wants anything from me. #green #slow',
    pictures: ['sago/whole'],
    talk: [
      { by: 'vera', text: 'What is it? It looks so soft.' },
      { by: 'louise', text: 'A sago palm, and it is not soft at all.', answers: 0 },
    ],
  },
  {
    by: 'louise',
    caption: 'Looking for a frame for this one. Narrow and black? @mei.patterns @anselm #framing #alps',
    pictures: ['alps/whole+silver'],
    talk: [
      { by: 'mei.patterns', text: 'Narrow, black, and a mount twice as wide as you think.' },
      { by: 'anselm', text: 'Oak. Always oak.' },
      { by: 'theodor', text: 'No frame. Put it where the window was.' },
    ],
  },
  { by: 'louise', caption: 'The tram was late, the light was not. #macro', pictures: ['petal/climb'] },

  // --- printroom ---
  {
    by: 'printroom',
    caption: `Acanthus mollis. ${blossfeldt} He photographed plants to teach people how to draw ironwork. #blossfeldt #photohistory`,
    pictures: ['acanthus/whole'],
    talk: [
      { by: 'herbarium', text: 'Acanthus mollis, bear’s breeches. The bracts bite.' },
      { by: 'jonas', text: 'I have climbed on ironwork that looked like this.' },
      { by: 'printroom', text: 'Then he succeeded, @jonas.', answers: 1 },
    ],
  },
  {
    by: 'printroom',
    caption: `Pink lily leek, Allium oreophilum. ${blossfeldt} Enlarged by him many times; in the garden it is as tall as a finger. #blossfeldt #photohistory`,
    pictures: ['allium/whole'],
    talk: [{ by: 'ines.b', text: 'I have drawn this one five times and never got the husk right.' }],
  },
  {
    by: 'printroom',
    caption:
      'An airplane from straight above. Fédèle Azari, between 1914 and 1929. Think about where he must have been. #aviation #photohistory',
    pictures: ['aeroplane/whole'],
    talk: [
      { by: 'otto_l', text: 'In another one just like it, leaning out with a plate camera. Mad.' },
      { by: 'muybridge_fan', text: 'The propeller stands still! What shutter was that?' },
      { by: 'otto_l', text: 'Or the engine was off, @muybridge_fan. They glided a lot.', answers: 1 },
    ],
  },
  {
    by: 'printroom',
    caption:
      "Black Cañon, Colorado River, looking above from Camp 8. Timothy H. O'Sullivan, 1871. The plate was coated, exposed and developed on this shore. #west #photohistory",
    pictures: ['canyon/whole'],
    place: 'Black Canyon, Colorado River',
    talk: [
      { by: 'mateo', text: 'The river is so smooth because the exposure was long. It is not a smooth river.' },
      { by: 'louise', text: 'Our favourite of the whole drawer.' },
    ],
  },
  {
    by: 'printroom',
    caption: 'Abandoned Dust Bowl home. Dorothea Lange, about 1935 to 1940. #dorothealange #photohistory',
    pictures: ['house/whole'],
    talk: [
      { by: 'ruth_d', text: 'I drove past one of these last week. It still looks like this.' },
      { by: 'wilma', text: 'Somebody swept that step every morning once.' },
      { by: 'ruth_d', text: 'Now I cannot stop thinking about the step, @wilma.', answers: 1 },
    ],
  },
  {
    by: 'printroom',
    caption:
      'Alpine landscape. Adolphe Braun, between 1865 and 1870; a carbon print, so it has not faded at all. #alps #photohistory',
    pictures: ['alps/whole'],
    talk: [{ by: 'theodor', text: 'A hundred and fifty years and I could still plan a walk with it.' }],
  },
  {
    by: 'printroom',
    caption:
      'Animal Locomotion: a house cat. Eadweard Muybridge, 1887. Twenty-four views of the same two seconds. #muybridge #cats #photohistory',
    pictures: ['gait/whole'],
    talk: [
      { by: 'tabby', text: 'Twenty-four views of a cat doing what the cat wanted anyway.' },
      { by: 'muybridge_fan', text: 'FINALLY somebody posts the cat and not the horse.' },
      { by: 'printroom', text: 'The horse has had its day, @muybridge_fan.', answers: 1 },
    ],
  },
  {
    by: 'printroom',
    caption:
      'A March Pastoral, Suffolk. Peter Henry Emerson, 1888. He wanted only what the eye sees sharp to be sharp. #photogravure #photohistory',
    pictures: ['sheep/whole'],
    place: 'Suffolk',
    talk: [{ by: 'wilma', text: 'March it is. You can tell by the mud.' }],
  },
  {
    by: 'printroom',
    caption: 'Boats in river, Nagasaki. Felice Beato, about 1865. #Nagasaki #photohistory',
    pictures: ['harbour/whole'],
    place: 'Nagasaki',
    talk: [
      { by: 'hana.k', text: 'My grandmother’s town! She would have known which bank this is.' },
      { by: 'quietlight', text: 'The boatman looks straight at us.' },
    ],
  },
  {
    by: 'printroom',
    caption: 'Details you do not see on the wall: the boatmen of Nagasaki, from Beato’s print of about 1865. #details',
    pictures: ['harbour/boats', 'harbour/boatman', 'harbour/roofs'],
  },
  {
    by: 'printroom',
    caption:
      'The man in the boat, from O’Sullivan’s plate of 1871. He had to sit still for the whole exposure. #details #west',
    pictures: ['canyon/boat'],
    talk: [
      { by: 'mateo', text: 'Hardest job of the expedition.' },
      { by: 'anselm', text: 'You can see that he did not breathe.' },
    ],
  },
  {
    by: 'printroom',
    caption:
      'Where the enlarger was too curious: veins of an acanthus. From the print by Blossfeldt. #details #blossfeldt',
    pictures: ['acanthus/veins'],
  },

  // --- anselm ---
  {
    by: 'anselm',
    caption: 'Contact print of the canyon in cold tones, for comparison. The brown one is kinder. #darkroom',
    pictures: ['canyon/whole+silver', 'canyon/whole+sepia'],
    talk: [
      { by: 'louise', text: 'Cold for the rock, warm for the river?' },
      { by: 'anselm', text: 'If only paper could decide.', answers: 0 },
    ],
  },
  {
    by: 'anselm',
    caption: 'Burned in the sky for half a minute. It was worth it. #darkroom #printing',
    pictures: ['house/sky+silver'],
  },
  {
    by: 'anselm',
    caption: 'Cyanotype weather today: full sun and no wind. #cyanotype',
    pictures: ['allium/whole+blue', 'acanthus/whole+blue'],
    talk: [
      { by: 'ines.b', text: 'These want to be tiles.' },
      { by: 'herbarium', text: 'Anna Atkins nods from a distance.' },
    ],
  },
  { by: 'anselm', caption: 'A study in greys. Only greys. #darkroom #mountains', pictures: ['alps/summit+silver'] },

  // --- hana.k ---
  {
    by: 'hana.k',
    caption:
      'I keep coming back to this ship. No sail, no water to speak of, and still it leans into something. #boats',
    pictures: ['harbour/ship'],
    talk: [{ by: 'iris', text: 'It is waiting for the tide, like everyone sensible.' }],
  },
  {
    by: 'hana.k',
    caption: 'Tiles, thatch, posts in the water. A shore is mostly carpentry. #Nagasaki #harbour',
    pictures: ['harbour/roofs+silver'],
  },
  { by: 'hana.k', caption: 'So much sky, and one line through it. #minimal', pictures: ['harbour/sky'] },
  {
    by: 'hana.k',
    caption: 'The other boat. I found it in the corner of a print and it stayed with me. #boats #west',
    pictures: ['canyon/boat+silver'],
    talk: [
      { by: 'mateo', text: 'That box would be the dark tent, I think.' },
      { by: 'anselm', text: 'Chemicals. He would not let them out of his sight.', answers: 0 },
    ],
  },
  {
    by: 'hana.k',
    caption: 'Harbour in blue, for a friend who asked. #cyanotype #boats',
    pictures: ['harbour/whole+blue'],
  },

  // --- theodor ---
  { by: 'theodor', caption: 'Firs first, mountains later. #alps #forest', pictures: ['alps/firs'] },
  {
    by: 'theodor',
    caption: 'The way up is on the right, behind the third row of trees. Ask me how I know. #hiking #alps',
    pictures: ['alps/slope'],
    talk: [
      { by: 'callum', text: 'How do you know?' },
      { by: 'theodor', text: 'I took the way on the left, @callum.', answers: 0 },
      { by: 'iris', text: '😂' },
    ],
  },
  { by: 'theodor', caption: 'White, grey, nearly black. #mountains', pictures: ['alps/peaks', 'alps/summit'] },
  { by: 'theodor', caption: 'Evening version. #alps', pictures: ['alps/firs+sepia'] },

  // --- otto_l ---
  {
    by: 'otto_l',
    caption: 'You can count the ribs under the cloth. I did: I had the time. #aviation #wood',
    pictures: ['aeroplane/wing'],
    talk: [
      { by: 'yusuf', text: 'How many? This is important.' },
      { by: 'otto_l', text: 'Not enough, @yusuf. It flew anyway.', answers: 0 },
    ],
  },
  { by: 'otto_l', caption: 'Engine, two struts, and somebody’s office. #aviation', pictures: ['aeroplane/nose'] },
  { by: 'otto_l', caption: 'Tail feathers. #aviation #shapes', pictures: ['aeroplane/tail'] },
  {
    by: 'otto_l',
    caption: 'What one saw if one looked over the side: two clouds and a road. #fromabove',
    pictures: ['aeroplane/clouds'],
    talk: [{ by: 'ruth_d', text: 'From below they look just as lost.' }],
  },
  {
    by: 'otto_l',
    caption: 'Blueprint, finally. #aviation #cyanotype',
    pictures: ['aeroplane/whole+blue'],
    talk: [{ by: 'yusuf', text: 'I would sign off on this.' }],
  },

  // --- ruth_d ---
  {
    by: 'ruth_d',
    caption: 'Looked at this door until the sun came through from the other side. After Dorothea Lange. #plains',
    pictures: ['house/door'],
    talk: [
      { by: 'printroom', text: 'Exactly the place where everybody stops.' },
      { by: 'quietlight', text: 'A house with nothing to hide.' },
    ],
  },
  { by: 'ruth_d', caption: 'Nine tenths sky. The road agrees. #clouds #plains', pictures: ['house/sky'] },
  { by: 'ruth_d', caption: 'Wheel tracks, and nobody who made them. #plains', pictures: ['house/ground'] },
  {
    by: 'ruth_d',
    caption: 'The line goes on behind the house. It always goes on. #horizon #plains',
    pictures: ['house/horizon'],
    talk: [{ by: 'noor', text: 'Looks like my beach with the water gone.' }],
  },
  {
    by: 'ruth_d',
    caption: 'House, door, ground: a walk around it in three frames. #plains #emptyhouses',
    pictures: ['house/whole+sepia', 'house/door+sepia', 'house/ground+sepia'],
  },

  // --- ines.b ---
  {
    by: 'ines.b',
    caption: 'Reference for Monday: how the buds lean on each other. #botanicalart #allium',
    pictures: ['allium/buds'],
    talk: [
      { by: 'greta', text: 'Like people on a late train.' },
      { by: 'ines.b', text: '@greta I can never draw them as anything else now.', answers: 0 },
    ],
  },
  { by: 'ines.b', caption: 'The husk. Sixth attempt starts here. #botanicalart #allium', pictures: ['allium/husk'] },
  { by: 'ines.b', caption: 'Every line on a petal is a decision. #lines #allium', pictures: ['allium/left'] },
  { by: 'ines.b', caption: 'Printed in brown to see only the form. #botanicalart', pictures: ['acanthus/top+sepia'] },
  {
    by: 'ines.b',
    caption: 'A stem is not a stick: look at the ribs. #botanicalart',
    pictures: ['allium/stem'],
    talk: [{ by: 'herbarium', text: 'Please say this louder.' }],
  },

  // --- herbarium ---
  {
    by: 'herbarium',
    caption: 'Acanthus, upper part. The black tips are the dried upper lip of the flower. #plants #acanthus',
    pictures: ['acanthus/top'],
    talk: [
      { by: 'priya', text: 'Mine never look this dangerous.' },
      { by: 'herbarium', text: 'Do not water them so kindly, @priya.', answers: 0 },
    ],
  },
  {
    by: 'herbarium',
    caption: 'Acanthus, lower part: two bracts like sickles. #plants #acanthus',
    pictures: ['acanthus/foot'],
  },
  {
    by: 'herbarium',
    caption:
      'Cycas revoluta, the sago palm, which is no palm. It had this leaf before there were flowers. #plants #cycas',
    pictures: ['sago/leaflets'],
  },
  {
    by: 'herbarium',
    caption: 'New fronds uncurl like fern. They are not related; it is just a good idea. #plants #cycas',
    pictures: ['sago/curl'],
    talk: [{ by: 'louise', text: '"It is just a good idea" should be on the museum wall.' }],
  },
  {
    by: 'herbarium',
    caption: 'Two views of an Allium for the winter folder. #plants #allium',
    pictures: ['allium/husk+silver', 'allium/buds+silver'],
  },

  // --- priya ---
  {
    by: 'priya',
    caption: 'After the shower. Nobody had touched it yet. #garden #afterrain',
    pictures: ['petal/drops'],
    talk: [{ by: 'louise', text: 'Same rain as mine, I think!' }],
  },
  { by: 'priya', caption: 'Comb for a giant. #garden #green', pictures: ['sago/rib'] },
  {
    by: 'priya',
    caption: 'A garden without colour is still a garden. #garden #blackandwhite',
    pictures: ['sago/whole+silver'],
  },
  {
    by: 'priya',
    caption: 'Rain diary, page one to three. #afterrain #garden',
    pictures: ['petal/tip+silver', 'petal/drops+silver', 'petal/lens+silver'],
    talk: [{ by: 'greta', text: 'Page two please as a poster.' }],
  },

  // --- greta ---
  {
    by: 'greta',
    caption: 'One drop, one lens, one garden the wrong way round. #macro #drops',
    pictures: ['petal/lens'],
    talk: [
      { by: 'jonas', text: 'How close is that?' },
      { by: 'greta', text: 'My nose was wet, @jonas.', answers: 0 },
      { by: 'samuel', text: 'Beautiful. And I just spilled my coffee the same way.' },
    ],
  },
  { by: 'greta', caption: 'The very tip. Two drops that have not decided yet. #macro #drops', pictures: ['petal/tip'] },
  { by: 'greta', caption: 'Sharp is only where it matters. #macro #bokeh', pictures: ['sago/curl+sepia'] },
  {
    by: 'greta',
    caption: 'Tried it without the orange. The orange was the point, but look at the edges! #macro #blackandwhite',
    pictures: ['petal/whole+silver'],
  },
  {
    by: 'greta',
    caption: 'A forehead, very near. Thank you for holding still, @roxy.the.boxer #macro #dogs',
    pictures: ['boxer/brow+silver'],
    talk: [
      { by: 'roxy.the.boxer', text: 'I was promised a biscuit.' },
      { by: 'greta', text: 'It is in the post.', answers: 0 },
    ],
  },

  // --- roxy.the.boxer ---
  {
    by: 'roxy.the.boxer',
    caption: 'Inspected the sand. It is sand. #dogs #boxer #beachday',
    pictures: ['boxer/whole'],
    talk: [
      { by: 'daisylongdog', text: 'Confirmed. I checked from lower down.' },
      { by: 'tabby', text: 'I am a cat person and yet.' },
      { by: 'marlon', text: 'That nose needs a broom 😄' },
      { by: 'noor', text: 'Best picture of the week.' },
      { by: 'roxy.the.boxer', text: 'Thank you @noor, please throw something.', answers: 3 },
    ],
  },
  {
    by: 'roxy.the.boxer',
    caption: 'This is how I look when somebody says "home". #dogs #boxer',
    pictures: ['boxer/eyes'],
    talk: [{ by: 'erin', text: 'I would never say "home" again.' }],
  },
  {
    by: 'roxy.the.boxer',
    caption: 'Evidence. #dogs #beachday',
    pictures: ['boxer/nose'],
    talk: [{ by: 'daisylongdog', text: 'Deny everything.' }],
  },
  { by: 'roxy.the.boxer', caption: 'I think a lot. One can see it. #dogs #boxer', pictures: ['boxer/brow'] },
  { by: 'roxy.the.boxer', caption: 'Left ear, very good at "dinner". #dogs', pictures: ['boxer/ear'] },
  {
    by: 'roxy.the.boxer',
    caption: 'With my friend @daisylongdog at the beach. One frame each, so that nobody is jealous. #dogs #friends',
    pictures: ['boxer/whole+silver', 'lagoon/whole+silver'],
    talk: [
      { by: 'daisylongdog', text: 'I am second?!' },
      { by: 'roxy.the.boxer', text: 'By height.', answers: 0 },
    ],
  },

  // --- daisylongdog ---
  {
    by: 'daisylongdog',
    caption: 'The lawn is mine as far as you can see. From here that is not far. #dogs #dachshund',
    pictures: ['dachshund/whole'],
    talk: [
      { by: 'marlon', text: 'Queen.' },
      { by: 'wilma', text: 'I know a ewe with the same look.' },
      { by: 'daisylongdog', text: 'We should meet, @wilma.', answers: 1 },
    ],
  },
  {
    by: 'daisylongdog',
    caption: 'Serious portrait for serious papers. #dogs #dachshund #portrait',
    pictures: ['dachshund/portrait'],
  },
  {
    by: 'daisylongdog',
    caption: 'They reach the ground. That is all legs have to do. #dogs #dachshund',
    pictures: ['dachshund/legs'],
    talk: [{ by: 'yusuf', text: 'Structurally sound.' }],
  },
  {
    by: 'daisylongdog',
    caption: 'Sat down. Was asked to. Would have anyway. #dogs #beachday',
    pictures: ['lagoon/sitting'],
  },
  { by: 'daisylongdog', caption: 'Heard a crisp packet. #dogs #dachshund', pictures: ['lagoon/profile'] },

  // --- marlon ---
  {
    by: 'marlon',
    caption: 'Client of the day: @daisylongdog, who walked me. #dogwalking #dogs',
    pictures: ['lagoon/whole', 'lagoon/profile+sepia'],
    talk: [{ by: 'samuel', text: 'You look tired. Oh, that is the dog.' }],
  },
  { by: 'marlon', caption: 'Winter coat, winter lawn. #dogs', pictures: ['dachshund/wide'] },
  { by: 'marlon', caption: 'Told her it was the last throw. #dogs #boxer #dogwalking', pictures: ['boxer/eyes+sepia'] },
  {
    by: 'marlon',
    caption: 'Portraits want no colour. Discuss. #dogs #blackandwhite',
    pictures: ['dachshund/portrait+silver'],
    talk: [{ by: 'anselm', text: 'Nothing to discuss.' }],
  },

  // --- tabby ---
  {
    by: 'tabby',
    caption: 'Met at a pool. Would not swim, would not say why. #cats #summer',
    pictures: ['poolside/whole'],
    talk: [
      { by: 'muybridge_fan', text: 'Perfectly still. No data.' },
      { by: 'tabby', text: 'Science can wait, @muybridge_fan.', answers: 0 },
      { by: 'louise', text: 'That blue!' },
    ],
  },
  { by: 'tabby', caption: 'Looks past me at something better. #cats', pictures: ['poolside/near'] },
  { by: 'tabby', caption: 'What the cat looked at. #pool #blue', pictures: ['poolside/water'] },
  {
    by: 'tabby',
    caption: 'Noir. #cats #blackandwhite',
    pictures: ['poolside/near+silver'],
    talk: [{ by: 'quietlight', text: 'She knows who did it.' }],
  },
  {
    by: 'tabby',
    caption: 'An old friend from 1887, on her way to the kitchen. #cats #muybridge',
    pictures: ['gait/stroll'],
  },

  // --- muybridge_fan ---
  {
    by: 'muybridge_fan',
    caption: 'Rows one and two: walk. The tail is a rudder. #muybridge #locomotion',
    pictures: ['gait/walk'],
  },
  {
    by: 'muybridge_fan',
    caption:
      'Rows three and four: run. There is one picture in which no paw touches the ground. #muybridge #locomotion',
    pictures: ['gait/run'],
    talk: [
      { by: 'printroom', text: 'Which one? We have a bet here.' },
      { by: 'muybridge_fan', text: 'I do not want to come between you and @louise.', answers: 0 },
    ],
  },
  { by: 'muybridge_fan', caption: 'Take-off in four pictures. #muybridge #cats', pictures: ['gait/leap'] },
  {
    by: 'muybridge_fan',
    caption: 'Swipe for speed: trot, hurry, reach, dash. #muybridge #locomotion #cats',
    pictures: ['gait/trot', 'gait/hurry', 'gait/reach', 'gait/dash'],
    talk: [{ by: 'tabby', text: 'Dinner was ready.' }],
  },
  {
    by: 'muybridge_fan',
    caption: 'Made a blue one of the whole plate. #cyanotype #muybridge',
    pictures: ['gait/whole+blue'],
  },

  // --- jonas ---
  {
    by: 'jonas',
    caption: 'Look up. #architecture #dome #geometry',
    pictures: ['dome/whole'],
    talk: [
      { by: 'yusuf', text: 'Triangles do not fold. That is the entire trick.' },
      { by: 'mei.patterns', text: 'I could look at this for a week.' },
      { by: 'jonas', text: 'I did, @mei.patterns, hence the neck.', answers: 1 },
    ],
  },
  { by: 'jonas', caption: 'The quiet place where all the lines meet. #architecture #dome', pictures: ['dome/hub'] },
  { by: 'jonas', caption: 'Ribs. #architecture #geometry', pictures: ['dome/curve'] },
  {
    by: 'jonas',
    caption: 'Same roof, three moods. #architecture #dome #blackandwhite',
    pictures: ['dome/net+silver', 'dome/hub+silver', 'dome/bars+silver'],
  },
  {
    by: 'jonas',
    caption: 'As the drawing may have looked. #architecture #cyanotype',
    pictures: ['dome/whole+blue'],
    talk: [{ by: 'otto_l', text: 'Ours match! See mine.' }],
  },

  // --- yusuf ---
  {
    by: 'yusuf',
    caption: 'Each bar is pushed or pulled, never bent. Well, hardly ever. #engineering #dome',
    pictures: ['dome/net'],
  },
  {
    by: 'yusuf',
    caption: 'Thick ones carry, thin ones keep the thick ones honest. #engineering',
    pictures: ['dome/bars'],
    talk: [{ by: 'jonas', text: 'You should write the guidebook.' }],
  },
  {
    by: 'yusuf',
    caption: 'Lunch break engineering: a wing is a bridge that nobody walks on. #engineering #aviation',
    pictures: ['aeroplane/wing+silver'],
  },

  // --- mei.patterns ---
  {
    by: 'mei.patterns',
    caption: 'Sixteen times the same, never twice the same. Made by @odile #pattern #paper',
    pictures: ['coaster/whole'],
    talk: [
      { by: 'odile', text: 'Seventeen. One is under the coffee pot.' },
      { by: 'slowdrip', text: 'Where it belongs.', answers: 0 },
    ],
  },
  { by: 'mei.patterns', caption: 'Four knots hold four worlds. #pattern #paper', pictures: ['coaster/middle'] },
  {
    by: 'mei.patterns',
    caption: 'Sheep, also a pattern. #pattern',
    pictures: ['sheep/flock'],
    talk: [{ by: 'wilma', text: 'A pattern that eats.' }],
  },
  { by: 'mei.patterns', caption: 'Crinkle, crinkle, crinkle. #pattern #coffee', pictures: ['coffee/rim'] },

  // --- odile ---
  {
    by: 'odile',
    caption: 'Monday’s news, Thursday’s trivet. #upcycling #handmade',
    pictures: ['coaster/green'],
    talk: [
      { by: 'mei.patterns', text: 'Is there still a place in the workshop?' },
      { by: 'odile', text: 'For you always, @mei.patterns.', answers: 0 },
    ],
  },
  {
    by: 'odile',
    caption: 'The orange one was an advertisement for shoes. #upcycling #paper',
    pictures: ['coaster/orange'],
  },
  { by: 'odile', caption: 'First row done. #handmade #workinprogress', pictures: ['coaster/row'] },
  {
    by: 'odile',
    caption: 'Corner and middle, with and without colour. Which? #handmade',
    pictures: ['coaster/corner', 'coaster/middle+silver'],
    talk: [
      { by: 'ines.b', text: 'With!' },
      { by: 'anselm', text: 'Without.' },
    ],
  },

  // --- samuel ---
  {
    by: 'samuel',
    caption: '06:40. #coffee #morning',
    pictures: ['coffee/whole'],
    talk: [{ by: 'marlon', text: '06:41: where is mine?' }],
  },
  { by: 'samuel', caption: 'The second one is for the picture. #coffee', pictures: ['coffee/filter'] },
  { by: 'samuel', caption: 'Coffee is brown anyway. #coffee #sepia', pictures: ['coffee/filter+sepia'] },

  // --- slowdrip ---
  {
    by: 'slowdrip',
    caption: 'An arrow, in case the water forgets. #coffee #design',
    pictures: ['coffee/spout'],
    talk: [{ by: 'yusuf', text: 'Good signage saves lives.' }],
  },
  {
    by: 'slowdrip',
    caption: 'They laughed at the filter machine. Then they wanted a second cup. #coffee #filter',
    pictures: ['coffee/whole+silver'],
  },
  {
    by: 'slowdrip',
    caption: 'Worn by ten thousand mornings. #coffee #patina',
    pictures: ['coffee/spout+silver', 'coffee/rim+silver'],
  },

  // --- iris ---
  {
    by: 'iris',
    caption: 'Ten minutes of gold, then the rain again. Neist Point. #lighthouse #goldenhour #coast',
    pictures: ['lighthouse/whole'],
    place: 'Neist Point, Isle of Skye',
    talk: [
      { by: 'louise', text: 'This is the one. Print it big.' },
      { by: 'callum', text: 'I was on the other side in the rain the whole time!' },
      { by: 'iris', text: 'I saw you, @callum. You are the dot I removed. (I did not, really.)', answers: 1 },
      { by: 'vera', text: 'Is it hard to get there?' },
      { by: 'iris', text: 'Half an hour on a path, @vera. Bring a coat in every season.', answers: 3 },
    ],
  },
  {
    by: 'iris',
    caption: 'White walls, because someone paints them every year. #lighthouse',
    pictures: ['lighthouse/tower'],
  },
  {
    by: 'iris',
    caption: 'The land ends slowly here and then all at once. #coast #cliffs',
    pictures: ['lighthouse/headland'],
  },
  {
    by: 'iris',
    caption: 'Winter version, from memory. #lighthouse #blackandwhite',
    pictures: ['lighthouse/tower+silver'],
    talk: [{ by: 'printroom', text: 'Could be a plate from 1900.' }],
  },
  {
    by: 'iris',
    caption: 'Rock, sea, light. In this order. #coast #goldenhour',
    pictures: ['lighthouse/wall', 'lighthouse/sea+blue', 'lighthouse/headland+sepia'],
  },

  // --- callum ---
  { by: 'callum', caption: 'Good rock. Bad day for it. #climbing #cliffs', pictures: ['lighthouse/wall+silver'] },
  {
    by: 'callum',
    caption: 'Columns as if somebody had built it. Nobody did. #cliffs #geology',
    pictures: ['lighthouse/cliff+sepia'],
    talk: [{ by: 'yusuf', text: 'I looked for the mistake. There is none.' }],
  },
  {
    by: 'callum',
    caption: 'Somewhere in there is a route. #climbing #mountains',
    pictures: ['alps/peaks+sepia'],
    talk: [{ by: 'theodor', text: 'On the right!' }],
  },

  // --- noor ---
  {
    by: 'noor',
    caption: 'We met, we looked, we each went on. #beach #horses',
    pictures: ['horse/whole'],
    talk: [
      { by: 'wilma', text: 'He is not lost, is he?' },
      { by: 'noor', text: 'He lives there, @wilma. I was lost.', answers: 0 },
      { by: 'hana.k', text: 'The distance between the two is the picture.' },
    ],
  },
  {
    by: 'noor',
    caption: 'He did not blink. #horses #beach',
    pictures: ['horse/horse'],
    talk: [{ by: 'daisylongdog', text: 'That is a very large dog.' }],
  },
  { by: 'noor', caption: 'November, no people, two waves. #beach #minimal', pictures: ['horse/surf'] },
  { by: 'noor', caption: 'Footprints of six legs. #beach #sand', pictures: ['horse/sand'] },
  { by: 'noor', caption: 'Blue hour, by other means. #beach #cyanotype', pictures: ['horse/whole+blue'] },

  // --- wilma ---
  {
    by: 'wilma',
    caption: 'Breakfast. After P. H. Emerson, who got up as early as we do. #sheep #spring',
    pictures: ['sheep/ewe'],
    talk: [
      { by: 'erin', text: 'The lamb’s back legs 😍' },
      { by: 'mateo', text: 'Now I am hungry too.' },
    ],
  },
  {
    by: 'wilma',
    caption: 'She counts us. #sheep',
    pictures: ['sheep/lookout'],
    talk: [{ by: 'tabby', text: 'And finds somebody missing.' }],
  },
  { by: 'wilma', caption: 'Always one who knows better where the grass is. #sheep #lambs', pictures: ['sheep/alone'] },
  {
    by: 'wilma',
    caption: 'The field in March and the field in blue. #sheep #cyanotype',
    pictures: ['sheep/whole+silver', 'sheep/whole+blue'],
  },

  // --- mateo ---
  { by: 'mateo', caption: 'First light finds the gap. #river #canyon', pictures: ['canyon/light'] },
  {
    by: 'mateo',
    caption: 'Stones that have been here for longer than the river’s name. #river',
    pictures: ['canyon/stones'],
    talk: [{ by: 'anselm', text: 'The scratches at the right are the photographer’s number.' }],
  },
  {
    by: 'mateo',
    caption: 'A peak I would like to see with my own eyes. #canyon #mountains',
    pictures: ['canyon/peak'],
  },
  { by: 'mateo', caption: 'Still water, brown print, no hurry. #river', pictures: ['canyon/light+sepia'] },

  // --- erin ---
  {
    by: 'erin',
    caption: 'My brother says he was looking for a ring. The net says leaves. #creek #evening',
    pictures: ['creek/whole'],
    talk: [
      { by: 'mateo', text: 'Leaves are the best catch.' },
      { by: 'marlon', text: 'Send Roxy. @roxy.the.boxer finds everything.' },
      { by: 'roxy.the.boxer', text: 'I find sand.', answers: 1 },
    ],
  },
  { by: 'erin', caption: 'Every drop of it. #creek #goldenhour', pictures: ['creek/net'] },
  { by: 'erin', caption: 'The woods just before they go dark. #forest #evening', pictures: ['creek/woods'] },
  {
    by: 'erin',
    caption: 'Last sun: on the water, on the grass. #creek #evening',
    pictures: ['creek/glitter', 'creek/grass'],
    talk: [{ by: 'louise', text: 'I can hear this one.' }],
  },
  {
    by: 'erin',
    caption: 'He asked for a heroic picture. #creek #blackandwhite',
    pictures: ['creek/net+silver'],
    talk: [{ by: 'anselm', text: 'Granted.' }],
  },

  // --- vera ---
  {
    by: 'vera',
    caption: 'My first post. It is not even my plant. #hello',
    pictures: ['sago/leaflets+silver'],
    talk: [
      { by: 'louise', text: 'Welcome, @vera!' },
      { by: 'priya', text: 'Plants belong to those who look at them. Welcome 🌿' },
      { by: 'vera', text: 'Thank you both!', answers: 0 },
    ],
  },
]
