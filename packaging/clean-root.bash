# A clean root for trials of the package, sourced by them: the system's programs with an empty /etc, /var and /srv, in
# namespaces of its own, without root. First enter_clean_root, which starts the script again inside; then make_clean_root.

# enter_clean_root [ARGUMENTS OF THE SCRIPT...]    UNSHARE_ALSO names further namespaces.
enter_clean_root() {
    [ "${KARTOTEKA_CLEAN_ROOT:-}" = "" ] || { root=$KARTOTEKA_CLEAN_ROOT; return; }
    root=$(mktemp -d)
    # What namespaces leave behind belongs to us outside of them.
    trap 'rm -rf "$root" 2>/dev/null || unshare --map-root-user rm -rf "$root"' EXIT
    # shellcheck disable=SC2086
    KARTOTEKA_CLEAN_ROOT=$root unshare --map-root-user --mount --pid ${UNSHARE_ALSO:-} --fork --kill-child "$0" "$@"
    exit
}

# Whether this machine lets us: not all allow namespaces with mounts of their own.
can_enter_clean_root() {
    # shellcheck disable=SC2086
    unshare --map-root-user --mount --pid ${UNSHARE_ALSO:-} --fork sh -c 'mount -t tmpfs tmpfs /mnt && mkdir /mnt/upper /mnt/work &&
        mount -t overlay overlay -o lowerdir=/usr,upperdir=/mnt/upper,workdir=/mnt/work,userxattr /mnt' 2>/dev/null
}

# make_clean_root DEB
make_clean_root() {
    local folder
    for folder in bin sbin lib lib64 usr; do
        [ -e "/$folder" ] || continue
        if [ -L "/$folder" ]; then cp -a "/$folder" "$root/$folder"; else mkdir "$root/$folder"; fi
    done
    mkdir -p "$root"/{etc,var/lib/dpkg/{info,updates},var/log,tmp,dev,proc,run,root,deb,upper,work}
    # The system's programs lie below, and what the package puts there above them.
    mount -t tmpfs tmpfs "$root/upper"
    mkdir "$root"/upper/{usr,work}
    mount -t overlay overlay -o "lowerdir=/usr,upperdir=$root/upper/usr,workdir=$root/upper/work,userxattr" "$root/usr"
    mount --rbind /dev "$root/dev"
    mount -t proc proc "$root/proc"
    mount -t tmpfs tmpfs "$root/run"
    printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/usr/sbin/nologin\n' >"$root/etc/passwd"
    printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
    : >"$root/etc/shadow"
    : >"$root/etc/gshadow"
    : >"$root/var/lib/dpkg/status"
    : >"$root/var/lib/dpkg/available"
    cp "$1" "$root/deb/kartoteka.deb"
    # In a namespace of one user the account can only stand in the files.
    cat >"$root/usr/sbin/systemd-sysusers" <<'SYSUSERS'
#!/bin/sh
grep -q ^kartoteka: /etc/group || echo 'kartoteka:x:0:' >>/etc/group
grep -q ^kartoteka: /etc/passwd || echo 'kartoteka:x:0:0::/var/lib/kartoteka:/usr/sbin/nologin' >>/etc/passwd
SYSUSERS
    chmod +x "$root/usr/sbin/systemd-sysusers"
    [ ! -e "$root/usr/bin/systemd-sysusers" ] || cp "$root/usr/sbin/systemd-sysusers" "$root/usr/bin/systemd-sysusers"
}

in_root() { chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive "$@"; }

# One user is all a namespace has: owners are noted by the numbers 0 alone.
install_package() { in_root dpkg --force-depends --force-script-chrootless --force-not-root --install /deb/kartoteka.deb; }
