/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.worker;

import dev.marquetry.MemorySize;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the operating system holds one process's memory down: a memory group of its own where this process may make one below
 * its own group, else a limit on its data segment, else not at all. Thread-safe.
 */
public final class MemoryCeiling implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryCeiling.class);
    private static final Path SHELL = Path.of("/bin/sh");
    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final Path MEMBERSHIP = Path.of("/proc/self/cgroup");
    private static final String MARK = "marquetry-";
    private static final AtomicInteger COUNT = new AtomicInteger();

    /** Stacks and tables of a JVM that are promised and not used; a data segment counts them, a memory group does not. */
    private static final long UNUSED_BYTES = 64L << 20;

    private static final long UNUSED_BYTES_PER_PROCESSOR = 4L << 20;

    private final String description;
    private final List<String> prefix;
    private final @Nullable Path group;

    private MemoryCeiling(String description, List<String> prefix, @Nullable Path group) {
        this.description = description;
        this.prefix = prefix;
        this.group = group;
    }

    /**
     * Prepares to hold a process to {@code bytes}.
     *
     * @param groupAllowed whether it may be put into a group; what is free in the system can not be told from in there
     */
    public static MemoryCeiling of(long bytes, boolean groupAllowed) {
        if (!Files.isExecutable(SHELL) || !Files.exists(MEMBERSHIP)) {
            return new MemoryCeiling("none on this system", List.of(), null);
        }
        Path parent = groupAllowed ? ownGroup() : null;
        if (parent != null) {
            sweep(parent);
            Path made = parent.resolve(MARK + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet());
            try {
                Files.createDirectory(made);
                Files.writeString(limitFile(made), String.valueOf(bytes));
                return new MemoryCeiling(
                        MemorySize.bytes(bytes) + " by memory group " + ROOT.relativize(made),
                        List.of(
                                SHELL.toString(),
                                "-c",
                                "echo $$ > \"$0\" && exec \"$@\"",
                                made.resolve("cgroup.procs").toString()),
                        made);
            } catch (IOException e) {
                LOG.debug("No memory group can be made in {}: {}", parent, e.toString());
                remove(made);
            }
        }
        long data = bytes
                + UNUSED_BYTES
                + UNUSED_BYTES_PER_PROCESSOR * Runtime.getRuntime().availableProcessors();
        return new MemoryCeiling(
                MemorySize.bytes(data) + " by RLIMIT_DATA",
                List.of(SHELL.toString(), "-c", "ulimit -d \"$0\" && exec \"$@\"", String.valueOf(data >> 10)),
                null);
    }

    /** Returns what holds memory down, for people. */
    public String description() {
        return description;
    }

    /** Returns {@code command} as it must be run to be held down. */
    public List<String> over(List<String> command) {
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(command);
        return whole;
    }

    /** Returns the folder of the group this process is in if groups can be made in it, else null. */
    private static @Nullable Path ownGroup() {
        try {
            for (String line : Files.readAllLines(MEMBERSHIP, StandardCharsets.UTF_8)) {
                String[] part = line.split(":", 3);
                boolean first =
                        part.length == 3 && List.of(part[1].split(",", -1)).contains("memory");
                boolean second = part.length == 3 && part[0].equals("0");
                Path folder = ROOT.resolve(first ? "memory" : ".")
                        .resolve(part[part.length - 1].substring(1))
                        .normalize();
                if ((first || (second && sharesMemory(folder))) && Files.isWritable(folder)) {
                    return folder;
                }
            }
        } catch (IOException e) {
            LOG.debug("Groups of this process can not be told: {}", e.toString());
        }
        return null;
    }

    /** A group of version 2 passes memory on to groups below it only if it says so. */
    private static boolean sharesMemory(Path folder) throws IOException {
        Path control = folder.resolve("cgroup.subtree_control");
        return Files.isReadable(control)
                && List.of(Files.readString(control).trim().split(" ", -1)).contains("memory");
    }

    private static Path limitFile(Path group) {
        Path second = group.resolve("memory.max");
        return Files.exists(second) ? second : group.resolve("memory.limit_in_bytes");
    }

    /** Removes groups of processes that ended without removing them. */
    private static void sweep(Path parent) {
        try (DirectoryStream<Path> groups = Files.newDirectoryStream(parent, MARK + "*")) {
            for (Path entry : groups) {
                String pid =
                        entry.getFileName().toString().substring(MARK.length()).replaceAll("-.*", "");
                if (pid.matches("\\d{1,18}")
                        && ProcessHandle.of(Long.parseLong(pid)).isEmpty()) {
                    remove(entry);
                }
            }
        } catch (IOException e) {
            LOG.debug("Groups in {} can not be listed: {}", parent, e.toString());
        }
    }

    private static void remove(Path group) {
        try {
            Files.deleteIfExists(group);
        } catch (IOException e) {
            LOG.debug("Memory group {} stays until it is swept: {}", group, e.toString());
        }
    }

    /** Removes the group; the process must have ended. */
    @Override
    public void close() {
        if (group != null) {
            remove(group);
        }
    }
}
