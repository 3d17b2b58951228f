/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.limits;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The memory limit of the container (cgroup v1 or v2) this process is in: the least of its own and those of the groups
 * above, as a limit on a parent binds just as much. Page cache that the kernel can drop counts as free. Used by one
 * thread at a time.
 */
final class ContainerMemory {
    /** Limits from here on are cgroup v1's way to say that there is none. */
    private static final long UNLIMITED = 1L << 60;

    private static final byte[] V1_INHERITED = FigureFile.label("hierarchical_memory_limit ");
    private static final byte[] V1_DROPPABLE = FigureFile.label("total_inactive_file ");
    private static final byte[] V2_DROPPABLE = FigureFile.label("inactive_file ");

    private enum Version {
        V1("memory.limit_in_bytes", "memory.usage_in_bytes"),
        V2("memory.max", "memory.current");

        private final String limitFile;
        private final String usageFile;

        Version(String limitFile, String usageFile) {
            this.limitFile = limitFile;
            this.usageFile = usageFile;
        }
    }

    private record Level(File limit, File usage, File stat, String source) {}

    private final Version version;
    private final List<Level> levels;
    private final byte[] droppableLabel;
    private long limitBytes = Long.MAX_VALUE;
    private long availableBytes = Long.MAX_VALUE;
    private String limitSource = "";
    private String availableSource = "";

    private ContainerMemory(Version version, List<Level> levels) {
        this.version = version;
        this.levels = levels;
        droppableLabel = version == Version.V1 ? V1_DROPPABLE : V2_DROPPABLE;
    }

    /** Finds the groups named in {@code membership} ({@code /proc/self/cgroup}) below {@code root}. */
    static ContainerMemory find(Path membership, Path root) {
        try {
            String text = new String(Files.readAllBytes(membership), StandardCharsets.UTF_8);
            String unified = "";
            for (String line : text.split("\n", -1)) {
                String[] part = line.split(":", 3);
                if (part.length == 3 && List.of(part[1].split(",", -1)).contains("memory")) {
                    return below(firstFolder(root.resolve(part[1]), root.resolve("memory")), part[2], Version.V1);
                }
                unified = part.length == 3 && part[1].isEmpty() ? part[2] : unified;
            }
            Path mount = Files.exists(root.resolve("cgroup.controllers")) ? root : root.resolve("unified");
            return below(firstFolder(mount, root), unified, Version.V2);
        } catch (IOException | IllegalArgumentException e) {
            return new ContainerMemory(Version.V2, List.of());
        }
    }

    private static ContainerMemory below(Path mount, String path, Version version) {
        List<Level> levels = new ArrayList<>();
        Path folder = folder(mount, path);
        while (folder != null && folder.startsWith(mount)) {
            if (Files.isReadable(folder.resolve(version.limitFile))) {
                levels.add(level(mount, folder, version));
            }
            folder = folder.getParent();
        }
        return new ContainerMemory(version, List.copyOf(levels));
    }

    private static Level level(Path mount, Path folder, Version version) {
        return new Level(
                folder.resolve(version.limitFile).toFile(),
                folder.resolve(version.usageFile).toFile(),
                folder.resolve("memory.stat").toFile(),
                "cgroup " + version.name().toLowerCase(Locale.ROOT) + " /" + mount.relativize(folder));
    }

    /**
     * Returns the folder of the group {@code path}. A container may see only what is below its own group, while the path
     * begins further up: leading names are dropped until the rest exists.
     */
    private static Path folder(Path mount, String path) {
        String rest = path.contains("..") ? "" : path;
        while (!rest.isEmpty()) {
            Path folder = mount.resolve(rest.substring(1));
            if (rest.length() > 1 && Files.isDirectory(folder)) {
                return folder;
            }
            int next = rest.indexOf('/', 1);
            rest = next < 0 ? "" : rest.substring(next);
        }
        return mount;
    }

    private static Path firstFolder(Path first, Path otherwise) {
        return Files.isDirectory(first) ? first : otherwise;
    }

    /** Returns whether any group could be read, if only to say that it has no limit. */
    boolean isKnown() {
        return !levels.isEmpty();
    }

    /** Reads all groups again, through {@code figures}. */
    void read(FigureFile figures) {
        limitBytes = Long.MAX_VALUE;
        availableBytes = Long.MAX_VALUE;
        for (Level level : levels) {
            consider(level, figures.load(level.limit) ? figures.number() : SystemProbe.UNKNOWN, figures);
        }
        if (version == Version.V1 && isKnown() && figures.load(levels.get(0).stat)) {
            // a group above those that can be seen may bind; its use is not known, but at least that of the topmost
            // seen
            long inherited = figures.after(V1_INHERITED);
            if (inherited < limitBytes) {
                consider(levels.get(levels.size() - 1), inherited, figures);
            }
        }
    }

    private void consider(Level level, long limit, FigureFile figures) {
        if (limit < 0 || limit >= UNLIMITED) {
            return;
        }
        long used = figures.load(level.usage) ? Math.max(0, figures.number()) : 0;
        long droppable = figures.load(level.stat) ? Math.max(0, figures.after(droppableLabel)) : 0;
        long available = Math.max(0, limit - Math.max(0, used - droppable));
        if (limit < limitBytes) {
            limitBytes = limit;
            limitSource = level.source;
        }
        if (available < availableBytes) {
            availableBytes = available;
            availableSource = level.source;
        }
    }

    /** Returns the least limit as of the last {@link #read}, or {@link Long#MAX_VALUE} if there is none. */
    long limitBytes() {
        return limitBytes;
    }

    /** Returns which group has the least limit. */
    String limitSource() {
        return limitSource;
    }

    /** Returns what can still be taken as of the last {@link #read}, or {@link Long#MAX_VALUE} without a limit. */
    long availableBytes() {
        return availableBytes;
    }

    /** Returns which group has the least left. */
    String availableSource() {
        return availableSource;
    }
}
