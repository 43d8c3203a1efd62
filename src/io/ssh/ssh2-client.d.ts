// The part of ssh2 that connects. Its index loads its server, its key generator and agents for HTTP besides.

declare module 'ssh2/lib/client.js' {
  import { Client } from 'ssh2';

  export = Client;
}
