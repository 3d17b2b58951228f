/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Watches the anonymous memory of a process and of what it has started. Linux only. Not thread-safe. */
final class ProcessTree {
    private static final int LOOK_FOR_CHILDREN_EVERY = 50;
    private static final String FIELD = "RssAnon:";

    private final ProcessHandle root;
    private List<ProcessHandle> children = List.of();
    private int looks;
    private long peakBytes;

    ProcessTree(ProcessHandle root) {
        this.root = root;
    }

    /** Looks once; as children are looked for by reading all of /proc, that is done less often. */
    void look() {
        if (looks++ % LOOK_FOR_CHILDREN_EVERY == 0) {
            children = root.descendants().toList();
        }
        long bytes = rssAnonBytes(root.pid());
        for (ProcessHandle child : children) {
            bytes += rssAnonBytes(child.pid());
        }
        peakBytes = Math.max(peakBytes, bytes);
    }

    /** Returns the most that was seen at once. */
    long peakBytes() {
        return peakBytes;
    }

    /** Kills all of it and waits until it is gone. */
    void kill() {
        List<ProcessHandle> all = new ArrayList<>(root.descendants().toList());
        all.add(root);
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(process -> process.onExit().join());
    }

    /** Returns what a process has, or 0 if it is gone. */
    private static long rssAnonBytes(long pid) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc", "" + pid, "status"))) {
                if (line.startsWith(FIELD)) {
                    String kib =
                            line.substring(FIELD.length()).replace("kB", "").trim();
                    return Long.parseLong(kib) << 10;
                }
            }
            return 0;
        } catch (IOException e) {
            return 0;
        }
    }
}
