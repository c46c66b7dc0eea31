#!/bin/bash
# Builds the images the cluster can pull, out of this machine's own programs,
# into an OCI layout: images.sh [name...]. Without names it builds all, and does
# nothing where nothing has changed since it last came to its end.
set -euo pipefail
. "$(dirname "$0")/env.sh"
store=$images
# Scripts of ours that stand in for programs of images that cannot be had.
stand_ins=$here/../../../apps/agent/src/runtime/local/shell/bin
mkdir -p "$store"
# One at a time: each image is a change of the layout's index.
exec 9>"$store/.lock"
flock 9
recipe=$(cat "$here/images.sh" "$stand_ins"/{argosay,cowsay} | sha256sum)
if [ $# -eq 0 ] && [ "$recipe" = "$(cat "$store/.recipe" 2>/dev/null)" ]; then exit 0; fi
wanted=${*:-pause busybox alpine debian node python curl nginx argosay whalesay}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# pack ROOT [flags of lab image]: one layer out of the folder ROOT.
pack() {
  local root=$1; shift
  tar --numeric-owner --owner=0 --group=0 --sort=name --mtime=@0 -C "$root" -cf "$root.tar" .
  "$lab" image -store "$store" -layer "$root.tar" "$@"
  rm -rf "$root" "$root.tar"
}

# base ROOT: folders, accounts and busybox with all its applets.
base() {
  mkdir -p "$1"/{bin,sbin,etc,dev,proc,sys,root,tmp,usr/bin,usr/sbin,usr/local/bin,var/tmp,home,lib,lib64,opt,run,mnt}
  chmod 1777 "$1/tmp" "$1/var/tmp"
  cp /bin/busybox "$1/bin/busybox"
  local applet
  for applet in $(/bin/busybox --list); do
    [ "$applet" = busybox ] || ln -s /bin/busybox "$1/bin/$applet"
  done
  ln -s /bin/env "$1/usr/bin/env"
  printf 'root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/:/bin/false\nnobody:x:65534:65534:nobody:/:/bin/false\n' >"$1/etc/passwd"
  printf 'root:x:0:\ndaemon:x:1:\nnogroup:x:65534:\n' >"$1/etc/group"
  printf 'hosts: files dns\n' >"$1/etc/nsswitch.conf"
  # Public certificates, for programs that speak TLS to a server of ours.
  mkdir -p "$1/etc/ssl/certs"
}

# libraries ROOT FILE...: the shared libraries the files need, where they are.
libraries() {
  local root=$1; shift
  local file
  for file in $(ldd "$@" 2>/dev/null | grep -oE '/[^ ):]+' | sort -u); do
    case $file in *.so|*.so.*) install -D "$(readlink -f "$file")" "$root$file" ;; esac
  done
}

path=PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
for name in $wanted; do
  root=$work/$name
  case $name in
    pause)
      mkdir -p "$root"
      cp "$bin/pause" "$root/pause"
      pack "$root" -entrypoint /pause -user 65535:65535 -name pause:latest -name pause:3.10 ;;
    busybox)
      base "$root"
      pack "$root" -cmd sh -env "$path" -name library/busybox:latest ;;
    alpine)
      base "$root"
      echo 3.20.0 >"$root/etc/alpine-release"
      printf 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.20.0\nPRETTY_NAME="Alpine Linux v3.20 (stand-in)"\n' >"$root/etc/os-release"
      pack "$root" -cmd /bin/sh -env "$path" -name library/alpine:latest ;;
    node)
      base "$root"
      # What npm and pnpm put on PATH may be a script around the program.
      install -D "$(node -p process.execPath)" "$root/usr/local/bin/node"
      libraries "$root" "$root/usr/local/bin/node"
      pack "$root" -cmd node -env "$path" -name library/node:latest -name library/node:alpine ;;
    python)
      base "$root"
      python=$(readlink -f /usr/bin/python3)
      version=$(basename "$python")
      install -D "$python" "$root/usr/bin/python3"
      ln -s python3 "$root/usr/bin/python"
      mkdir -p "$root/usr/lib"
      cp -a "/usr/lib/$version" "$root/usr/lib/"
      rm -rf "$root/usr/lib/$version"/{test,idlelib,tkinter,lib2to3,ensurepip,config-*}
      find "$root/usr/lib/$version" -name __pycache__ -prune -exec rm -rf {} +
      libraries "$root" "$python" "/usr/lib/$version"/lib-dynload/*.so
      pack "$root" -cmd python3 -env "$path" -name library/python:latest -name library/python:alpine ;;
    debian)
      base "$root"
      rm -f "$root/bin/bash"
      install -D /bin/bash "$root/bin/bash"
      libraries "$root" /bin/bash
      printf 'PRETTY_NAME="Debian GNU/Linux (stand-in)"\nID=debian\n' >"$root/etc/os-release"
      pack "$root" -cmd bash -env "$path" -name library/debian:latest -name library/ubuntu:latest ;;
    curl)
      base "$root"
      install -D "$(readlink -f "$(command -v curl)")" "$root/usr/bin/curl"
      libraries "$root" "$root/usr/bin/curl"
      pack "$root" -entrypoint curl -env "$path" -name curlimages/curl:latest ;;
    nginx)
      # A web server with nginx's paths and command; busybox's own.
      base "$root"
      mkdir -p "$root/usr/share/nginx/html"
      echo '<title>Welcome to nginx!</title>' >"$root/usr/share/nginx/html/index.html"
      printf '#!/bin/sh\nexec httpd -f -p 80 -h /usr/share/nginx/html\n' >"$root/usr/sbin/nginx"
      chmod 755 "$root/usr/sbin/nginx"
      pack "$root" -cmd nginx -cmd -g -cmd 'daemon off;' -env "$path" -name library/nginx:latest ;;
    argosay)
      base "$root"
      install -m 755 "$stand_ins/argosay" "$stand_ins/cowsay" "$root/usr/local/bin/"
      ln -s usr/local/bin/argosay "$root/argosay"
      install -D /bin/bash "$root/usr/bin/bash"
      libraries "$root" /bin/bash
      cp -a "$root" "$root.v1"
      pack "$root" -entrypoint argosay -env "$path" -name argoproj/argosay:latest -name argoproj/argosay:v2
      pack "$root.v1" -entrypoint cowsay -env "$path" -name argoproj/argosay:v1 ;;
    whalesay)
      base "$root"
      install -m 755 "$stand_ins/cowsay" "$root/usr/local/bin/"
      pack "$root" -cmd sh -env "$path" -name docker/whalesay:latest ;;
    *) echo "images.sh: no image named $name" >&2; exit 2 ;;
  esac
done
if [ $# -eq 0 ]; then echo "$recipe" >"$store/.recipe"; fi
