#!/bin/sh
# Makes what the worker's image has beside the jars, from this machine's JDK and C library: a Java run time and the shared
# libraries that it and the codecs load. For an image without a base, offline; usage: rootfs.sh JDK TARGET
set -eu
jdk=$1
target=$2
rm -rf "$target"
mkdir -p "$target"
"$jdk/bin/jlink" --strip-debug --no-header-files --no-man-pages --compress=2 --output "$target/jre" --add-modules \
    java.base,java.logging,java.management,java.naming,java.net.http,java.security.jgss,java.sql,java.xml,jdk.crypto.ec,jdk.jfr,jdk.management,jdk.unsupported
root=$target/rootfs
mkdir -p "$root/etc" "$root/tmp"
touch "$root/tmp/.keep"
echo 'worker:x:65532:65532:worker:/tmp:/bin/false' > "$root/etc/passwd"
echo 'hosts: files dns' > "$root/etc/nsswitch.conf"
# Where Debian links the certificates to, the run time needs them itself.
if [ -e "$jdk/lib/security/cacerts" ]; then
    rm -f "$target/jre/lib/security/cacerts"
    cp -L "$jdk/lib/security/cacerts" "$target/jre/lib/security/cacerts"
fi
loaded() { # the libraries that a binary is linked against, with their folders
    ldd "$1" 2> /dev/null | awk '$2 == "=>" && $3 ~ /^\// { print $3 } $1 ~ /^\// { print $1 }'
}
libraries=$(for file in "$target"/jre/bin/java "$target"/jre/lib/*.so "$target"/jre/lib/server/*.so; do loaded "$file"; done | sort -u)
folder=$(dirname "$(ldd "$target/jre/bin/java" | awk '/libc\.so/ { print $3 }')")
for name in libnss_dns.so.2 libnss_files.so.2 libresolv.so.2 libstdc++.so.6 libgcc_s.so.1 libm.so.6 libdl.so.2 libpthread.so.0 librt.so.1; do
    for found in "$folder/$name" "/usr$folder/$name"; do
        [ -e "$found" ] && libraries="$libraries $found" && break
    done
done
for library in $libraries; do
    case $library in "$target"/*) continue ;; esac
    mkdir -p "$root$(dirname "$library")"
    cp -L "$library" "$root$library"
done
