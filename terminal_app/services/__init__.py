"""Do what the program does, without Qt and without sockets. Imports the domain, venue protocols and storage."""
