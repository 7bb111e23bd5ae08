/** URLs that lead to somewhere else than the public internet, in every disguise known: for tests. */
export const urlsOfTheInside: readonly string[] = [
  // Loopback in every notation of WHATWG's parser: one number, hexadecimal, octal, short, other digits and dots.
  ...['http://127.0.0.1/', 'http://2130706433/', 'http://0x7f000001/', 'http://0x7f.1/', 'http://0177.0.0.1/'],
  ...['http://017700000001/', 'http://127.1/', 'http://127.0.1/', 'http://127.0.0.1./', 'http://0/', 'http://0.0.0.0/'],
  ...['http://１２７.０.０.１/', 'http://127。0。0。1/', 'http://127．0．0．1/', 'http://①②⑦.⓪.⓪.①/'],
  ...['http://%31%32%37.0.0.1/', 'http:\\\\127.0.0.1\\', 'http:127.0.0.1', 'HTTP://127.0.0.1', 'http:/127.0.0.1'],
  ...['http://[::1]/', 'http://[::]/', 'http://[0:0:0:0:0:0:0:1]/', 'http://[::ffff:127.0.0.1]/'],
  ...['http://[::ffff:7f00:1]/', 'http://[::127.0.0.1]/', 'http://[64:ff9b::127.0.0.1]/', 'http://[fe80::1]/'],
  // Networks of our own and metadata.
  ...['http://10.0.0.1/', 'http://012.0.0.1/', 'http://192.168.1.1/', 'http://172.16.0.1/', 'http://100.64.0.1/'],
  ...[
    'http://169.254.169.254/latest/meta-data/',
    'http://0xa9fea9fe/',
    'http://2852039166/',
    'http://[fd00:ec2::254]/',
  ],
  ...['http://metadata.google.internal/', 'http://255.255.255.255/', 'http://224.0.0.1/'],
  // Names that are no public ones.
  ...[
    'http://localhost/',
    'http://localhost./',
    'http://LOCALHOST/',
    'http://ｌｏｃａｌｈｏｓｔ/',
    'http://a.localhost/',
  ],
  ...['http://redis/', 'http://redis./', 'http://printer.local/', 'http://nas.home.arpa/', 'http://x.internal./'],
  ...['https://daguerre-auth.daguerre.svc.cluster.local/', 'http://ip6-localhost/', 'http://localhost.localdomain/'],
  // Whom it is for is somebody else's.
  ...['http://files.example.net@127.0.0.1/', 'http://127.0.0.1@files.example.net/', 'http://a:b@files.example.net/'],
  ...['http://:b@files.example.net/', 'http://127.0.0.1#@files.example.net/', 'http://127.0.0.1?@files.example.net/'],
  ...['http://127.0.0.1\\@files.example.net/'],
  // Other ports, the port of the other scheme included.
  ...['http://files.example.net:8080/', 'http://files.example.net:22/', 'http://files.example.net:6379/'],
  ...['http://files.example.net:443/', 'https://files.example.net:80/', 'http://8.8.8.8:25/'],
  // Other schemes, and what is no URL.
  ...['ftp://files.example.net/', 'file:///etc/passwd', 'gopher://files.example.net/', 'data:image/png;base64,AA'],
  ...['javascript:alert(1)', 'blob:https://files.example.net/x', 'ws://files.example.net/', 'about:blank'],
  ...[
    '',
    'no address',
    '//files.example.net/',
    '/media/x',
    'http://',
    'http://[::1',
    'http://1.2.3.4.5/',
    'http://256.1/',
  ],
  ...['http://files.example.net:99999/', `http://${'a.'.repeat(130)}example.net/`],
]
