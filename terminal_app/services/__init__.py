"""Do what the program does, without Qt and sockets. Imports venue protocols, storage, domain."""
