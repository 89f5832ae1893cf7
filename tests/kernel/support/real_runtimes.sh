#!/usr/bin/env bash
# real_runtimes.sh FOLDER: starts dockerd (and with it containerd) and Podman's service in
# FOLDER, with one container each, tells about them in lines `NAME ID PID MORE`, says `ready`,
# and takes all down again when its input ends. To be run in mount and pid namespaces of its
# own: whatever this forgets ends with them.
set -euo pipefail
D=$1
cd "$D"
docker="/usr/bin/docker -H unix://$D/d.sock"
ctr="/usr/bin/ctr -a $D/exec/containerd/containerd.sock -n k8s.io"
podman="/usr/bin/podman --root $D/p --runroot $D/pr --tmpdir $D/pt --storage-driver overlay"
export CONTAINERS_CONF=$D/containers.conf HOME=$D

# What they write elsewhere is gone with this mount namespace, too.
for folder in etc opt var; do
  mkdir -p "over/$folder" "work/$folder"
  mount -t overlay overlay "/$folder" \
    -o "lowerdir=/$folder,upperdir=$D/over/$folder,workdir=$D/work/$folder"
done
mount -t tmpfs tmpfs /run

# Runtimes leave the parents of their containers' cgroups behind.
cgroups() {
  find /sys/fs/cgroup -depth -type d \
    \( -path '*/docker*' -o -path '*/libpod_parent*' -o -path '*/kubepods*' \)
}
cgroups >cgroups.before
containerd_id=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')

stop() {
  set +e
  $podman rm -f -a -t 0
  $docker rm -f vedette-web
  kill -0 "$dockerd" && $ctr task kill -s KILL "$containerd_id"
  for _ in {1..40}; do
    kill -0 "$dockerd" || break
    $ctr task rm "$containerd_id" && break
    sleep 0.05
  done
  kill "$podman_service" "$dockerd"
  wait
  cgroups | grep -vxFf cgroups.before | xargs -r rmdir
} >>stop.log 2>&1
podman_service= dockerd=
trap stop EXIT

until_it() { # COMMAND…: succeeds, within 15 s, while the daemons live
  for _ in {1..300}; do
    kill -0 "$dockerd" && kill -0 "$podman_service" || break
    "$@" >/dev/null 2>&1 && return
    sleep 0.05
  done
  echo "not up in time: $*" >&2
  return 1
}

pid_of() { # What `sleep` is called with: no two have the same.
  local process
  for process in /proc/[0-9]*; do
    if [ "$(tr '\0' ' ' 2>/dev/null <"$process/cmdline")" = "/bin/busybox sleep $1 " ]; then
      basename "$process"
    fi
  done
}

mkdir -p rootfs/bin
cp /bin/busybox rootfs/bin/
tar -C rootfs -cf rootfs.tar .
cat >containers.conf <<END
[engine]
runtime="runc"
cgroup_manager="cgroupfs"
events_logger="file"
lock_type="file"
[containers]
default_ulimits=["nofile=1024:1024","nproc=1024:1024"]
END

# Without networks: they would change the host's firewall and forwarding.
/usr/sbin/dockerd --data-root "$D/root" --exec-root "$D/exec" -p "$D/pid" -H "unix://$D/d.sock" \
  --iptables=false --bridge=none --storage-driver overlay2 >dockerd.log 2>&1 &
dockerd=$!
$podman import "$D/rootfs.tar" localhost/vedette/bb:1.0 >/dev/null 2>podman.log
$podman run -d --name vedette-pod --label app=shop --network none \
  localhost/vedette/bb:1.0 /bin/busybox sleep 30003 >podman.id 2>>podman.log
$podman system service --time=0 "unix://$D/p.sock" >>podman.log 2>&1 &
podman_service=$!

until_it $docker info
$docker import "$D/rootfs.tar" vedette/bb:1.0 >/dev/null
$docker run -d --name vedette-web --label app=shop --label tier=1 --network none \
  vedette/bb:1.0 /bin/busybox sleep 30001 >docker.id
$docker save vedette/bb:1.0 | $ctr images import - >/dev/null
$ctr run -d --cgroup "/kubepods/burstable/podvedette/$containerd_id" \
  --label io.kubernetes.pod.name=web-0 --label io.kubernetes.pod.namespace=shop \
  --label io.kubernetes.pod.uid=u-1 --label io.kubernetes.container.name=nginx \
  docker.io/vedette/bb:1.0 "$containerd_id" /bin/busybox sleep 30002
until_it test -S "$D/p.sock"

digest=$($ctr images ls | grep -o 'sha256:[0-9a-f]*' | head -1)
echo "docker $(cat docker.id) $(pid_of 30001) -"
echo "containerd $containerd_id $(pid_of 30002) $digest"
echo "podman $(cat podman.id) $(pid_of 30003) -"
echo ready
cat >/dev/null
