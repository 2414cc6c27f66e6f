"""What is done to the leader, and how it is undone."""

import signal

from machines import CLIENTS, CLUSTER, send


class Kill:
    """The postmaster and Patroni are killed; Patroni is started again."""

    name = "kill"

    def strike(self, leader):
        leader.kill()

    def heal(self, cluster, leader):
        cluster.heal_patroni(leader)


class Freeze:
    """The whole machine stands still, and wakes up when another one leads."""

    name = "freeze"

    def strike(self, leader):
        leader.freeze()

    def heal(self, cluster, leader):
        leader.thaw()


class Partition:
    """The leader is cut off from the other two. Its clients still reach it, and go on writing there for as long as it takes
    itself for the leader: what the other two do not have is what asynchronous replication loses."""

    name = "partition"

    def strike(self, leader):
        leader.machine.cut(CLUSTER)

    def heal(self, cluster, leader):
        leader.machine.join(CLUSTER)


class Cut:
    """The leader is cut off from everybody."""

    name = "cut"

    def strike(self, leader):
        leader.machine.cut(CLUSTER)
        leader.machine.cut(CLIENTS)

    def heal(self, cluster, leader):
        leader.machine.join(CLIENTS)
        leader.machine.join(CLUSTER)


class Patroni:
    """Patroni stands still while its PostgreSQL goes on: for a while there are two primaries."""

    name = "patroni"

    def strike(self, leader):
        send(leader.patroni.pid, signal.SIGSTOP)

    def heal(self, cluster, leader):
        send(leader.patroni.pid, signal.SIGCONT)


FAULTS = {fault.name: fault for fault in (Kill(), Freeze(), Partition(), Cut(), Patroni())}
