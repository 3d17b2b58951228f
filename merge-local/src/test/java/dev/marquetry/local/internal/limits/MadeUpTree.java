/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.limits;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files such as Linux has below {@code /proc} and {@code /sys/fs/cgroup}, with figures that a test sets. */
final class MadeUpTree {
    static final long MIB = 1L << 20;

    final Path proc;
    final Path cgroups;

    MadeUpTree(Path folder) {
        proc = folder.resolve("proc");
        cgroups = folder.resolve("cgroup");
        write(proc.resolve("self/status"), "Name:\tjava\nVmHWM:\t  900 kB\nRssAnon:\t  500 kB\nRssFile:\t 70 kB\n");
        machine(64 * 1024 * MIB, 48 * 1024 * MIB);
        write(cgroups.resolve("note"), "");
    }

    MadeUpTree machine(long total, long available) {
        String text =
                "MemTotal:  %d kB\nMemFree:  5 kB\nMemAvailable:  %d kB\n".formatted(total >> 10, available >> 10);
        write(proc.resolve("meminfo"), text);
        return this;
    }

    MadeUpTree member(String lines) {
        write(proc.resolve("self/cgroup"), lines);
        return this;
    }

    MadeUpTree v1(String group, long limit, long usage, long droppable, long inherited) {
        Path folder = cgroups.resolve("memory" + group);
        write(folder.resolve("memory.limit_in_bytes"), limit + "\n");
        write(folder.resolve("memory.usage_in_bytes"), usage + "\n");
        write(
                folder.resolve("memory.stat"),
                "inactive_file 1\nhierarchical_memory_limit %d\ntotal_inactive_file %d\n"
                        .formatted(inherited, droppable));
        return this;
    }

    MadeUpTree v2(String group, String limit, long usage, long droppable) {
        write(cgroups.resolve("cgroup.controllers"), "cpu memory\n");
        Path folder = cgroups.resolve(group.substring(1));
        write(folder.resolve("memory.max"), limit + "\n");
        write(folder.resolve("memory.current"), usage + "\n");
        write(
                folder.resolve("memory.stat"),
                "anon 5\nfile 6\ninactive_anon 7\ninactive_file %d\n".formatted(droppable));
        return this;
    }

    void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
