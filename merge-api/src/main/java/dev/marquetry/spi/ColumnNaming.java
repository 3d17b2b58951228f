/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.spi;

import dev.marquetry.MergeRequest.NameClash;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Names the columns of an output, the same for every strategy. Immutable and thread-safe.
 *
 * <p>A name that stands in one file only is kept. Where it stands in several, {@link NameClash#REJECT} makes every clash a
 * problem and {@link NameClash#PREFIX} puts the file's name before it, in feature files only: {@code close} of {@code
 * rsi.parquet} becomes {@code rsi__close}, the spine's {@code close} stays.
 */
public final class ColumnNaming {
    /**
     * The columns one file brings.
     *
     * @param file the file's name without its folder
     * @param columns its columns that go into the output, for a feature file without the key, in file order
     */
    public record FileColumns(String file, List<String> columns) {
        /** Copies the columns. */
        public FileColumns {
            Objects.requireNonNull(file, "file");
            columns = List.copyOf(columns);
        }
    }

    private final List<List<String>> names;
    private final List<String> problems;

    private ColumnNaming(List<List<String>> names, List<String> problems) {
        this.names = names;
        this.problems = List.copyOf(problems);
    }

    /** Names the columns of {@code spine} and then of {@code features}, in order. */
    public static ColumnNaming of(FileColumns spine, List<FileColumns> features, NameClash rule) {
        List<FileColumns> files = new ArrayList<>();
        files.add(spine);
        files.addAll(features);
        Map<String, Set<String>> clashes = clashes(files, null);
        if (rule == NameClash.REJECT || clashes.isEmpty()) {
            return new ColumnNaming(
                    files.stream().map(FileColumns::columns).toList(),
                    describe(clashes, "rename one or ask for names prefixed by the file's"));
        }
        List<List<String>> names = new ArrayList<>();
        names.add(spine.columns());
        for (FileColumns file : features) {
            String prefix = stem(file.file()) + "__";
            names.add(file.columns().stream()
                    .map(column -> clashes.containsKey(column) ? prefix + column : column)
                    .toList());
        }
        return new ColumnNaming(List.copyOf(names), describe(clashes(files, names), "rename a column or a file"));
    }

    /** Returns the output's names: {@code names().get(0)} for the spine, then one list per feature file, in order. */
    public List<List<String>> names() {
        return names;
    }

    /** Returns every clash that is left, one line each. */
    public List<String> problems() {
        return problems;
    }

    /** Returns {@code file} without its last extension: {@code rsi} for {@code rsi.parquet}. */
    private static String stem(String file) {
        int dot = file.lastIndexOf('.');
        return dot > 0 ? file.substring(0, dot) : file;
    }

    private static Map<String, Set<String>> clashes(List<FileColumns> files, @Nullable List<List<String>> renamed) {
        Map<String, List<String>> owners = new LinkedHashMap<>();
        for (int f = 0; f < files.size(); f++) {
            for (String column : renamed == null ? files.get(f).columns() : renamed.get(f)) {
                owners.computeIfAbsent(column, name -> new ArrayList<>(1))
                        .add(files.get(f).file());
            }
        }
        Map<String, Set<String>> clashes = new LinkedHashMap<>();
        owners.forEach((name, in) -> {
            if (in.size() > 1) {
                clashes.put(name, new LinkedHashSet<>(in));
            }
        });
        return clashes;
    }

    private static List<String> describe(Map<String, Set<String>> clashes, String remedy) {
        List<String> problems = new ArrayList<>();
        clashes.forEach((name, files) -> problems.add(
                "Cannot tell columns named '" + name + "' apart in " + String.join(", ", files) + ": " + remedy));
        return problems;
    }
}
