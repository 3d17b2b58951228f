/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What to merge: key, spine, feature files, output and the rules where the data leaves a choice. Never how.
 *
 * <pre>{@code
 * MergeRequest request = MergeRequest.onKey("interval_time")
 *     .spine(targets)
 *     .features(folder, "*.parquet")   // the spine in that folder is left out
 *     .expectFeatureFiles(667)
 *     .writeTo(output);
 * }</pre>
 *
 * <p>The output has exactly the spine's rows in the spine's order. Its columns are the spine's, then each feature file's
 * columns but for the key, files in request order. Rows that a feature file lacks are null in its columns.
 *
 * <p>Immutable and thread-safe. Building one reads no file.
 */
public final class MergeRequest {
    /** What to do when a key stands in several rows of one feature file. */
    public enum DuplicateKeys {
        /** Refuse, naming file, key and two row numbers. The default. */
        REJECT,
        /** Take the first of the rows. */
        FIRST,
        /** Take the last of the rows. */
        LAST
    }

    /** What to do when a key stands in several rows of the spine. */
    public enum SpineDuplicates {
        /** Refuse, naming key and two row numbers. The default. */
        REJECT,
        /** Keep every copy; each gets the same features. */
        ALLOW
    }

    /** What to do when columns of several files have the same name. */
    public enum NameClash {
        /** Refuse, naming every clash in all files. The default. */
        REJECT,
        /** Put the file's name before the clashing feature columns: {@code close} of {@code rsi.parquet} becomes {@code rsi__close}. */
        PREFIX
    }

    /** What to do when the output file is already there. */
    public enum ExistingOutput {
        /** Refuse. The default. */
        REJECT,
        /** Replace it, in one step, once the new one is complete; until then the old one stays. */
        REPLACE
    }

    /** How pages of the output are compressed. */
    public enum Codec {
        /** Each column chunk as in its input. The default, and the fastest. */
        AS_INPUT,
        /** Not compressed. */
        UNCOMPRESSED,
        /** Snappy. */
        SNAPPY,
        /** Gzip. */
        GZIP,
        /** Zstandard, level 3. */
        ZSTD,
        /** LZ4, the format's LZ4_RAW. */
        LZ4_RAW
    }

    private sealed interface FeatureSource {}

    private record Listed(List<URI> files) implements FeatureSource {}

    private record Folder(Path folder, String glob) implements FeatureSource {}

    private final List<String> keys;
    private final URI spine;
    private final List<FeatureSource> features;
    private final OptionalInt expectedFeatureFiles;
    private final DuplicateKeys duplicateKeys;
    private final SpineDuplicates spineDuplicates;
    private final NameClash nameClash;
    private final ExistingOutput existingOutput;
    private final Codec codec;
    private final URI output;

    private MergeRequest(Builder builder, URI output) {
        keys = builder.keys;
        spine = builder.spine;
        features = List.copyOf(builder.features);
        expectedFeatureFiles = builder.expectedFeatureFiles;
        duplicateKeys = Objects.requireNonNullElse(builder.duplicateKeys, DuplicateKeys.REJECT);
        spineDuplicates = Objects.requireNonNullElse(builder.spineDuplicates, SpineDuplicates.REJECT);
        nameClash = Objects.requireNonNullElse(builder.nameClash, NameClash.REJECT);
        existingOutput = Objects.requireNonNullElse(builder.existingOutput, ExistingOutput.REJECT);
        codec = Objects.requireNonNullElse(builder.codec, Codec.AS_INPUT);
        this.output = output;
    }

    /**
     * Begins a request: the columns, present in every file, whose values together say which rows belong together.
     *
     * @throws IllegalArgumentException if a name is empty or given twice
     */
    public static KeyStage onKey(String column, String... more) {
        List<String> keys = new ArrayList<>();
        keys.add(column);
        keys.addAll(List.of(more));
        Set<String> seen = new HashSet<>();
        for (String key : keys) {
            if (key.isEmpty() || !seen.add(key)) {
                throw new IllegalArgumentException("key columns must have different, non-empty names but were " + keys);
            }
        }
        return new KeyStage(List.copyOf(keys));
    }

    /** Returns the key columns, one or more, in the order given. */
    public List<String> keys() {
        return keys;
    }

    /** Returns the file whose rows are the output's rows. */
    public URI spine() {
        return spine;
    }

    /**
     * Returns the feature files in request order. Folders are listed anew on each call, sorted by name, hidden files, the
     * spine and the output left out.
     *
     * @throws InvalidInputException if a folder can not be listed, or a file is named twice
     */
    public List<URI> featureFiles() {
        List<URI> files = new ArrayList<>();
        for (FeatureSource source : features) {
            if (source instanceof Listed listed) {
                files.addAll(listed.files);
            } else if (source instanceof Folder folder) {
                files.addAll(list(folder));
            }
        }
        Set<URI> seen = new HashSet<>();
        for (URI file : files) {
            if (!seen.add(file)) {
                throw new InvalidInputException("[" + file + "] Cannot merge a feature file twice: name it once");
            }
        }
        return List.copyOf(files);
    }

    private List<URI> list(Folder source) {
        List<URI> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(source.folder, source.glob)) {
            for (Path entry : entries) {
                URI uri = normal(entry);
                boolean hidden = entry.getFileName().toString().startsWith(".");
                if (!hidden && Files.isRegularFile(entry) && !isSame(entry, spine) && !isSame(entry, output)) {
                    files.add(uri);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw new InvalidInputException(
                    "[" + source.folder + "] Cannot list feature files " + source.glob + ": give a readable folder", e);
        }
        files.sort(Comparator.comparing(URI::getPath));
        return files;
    }

    private static boolean isSame(Path entry, URI file) throws IOException {
        if (!"file".equals(file.getScheme())) {
            return false;
        }
        Path path = Path.of(file);
        return Files.exists(path) && Files.isSameFile(entry, path); // links included
    }

    /** Returns how many feature files there must be, or empty when any number will do. */
    public OptionalInt expectedFeatureFiles() {
        return expectedFeatureFiles;
    }

    /** Returns what to do with duplicate keys in a feature file. */
    public DuplicateKeys duplicateKeys() {
        return duplicateKeys;
    }

    /** Returns what to do with duplicate keys in the spine. */
    public SpineDuplicates spineDuplicates() {
        return spineDuplicates;
    }

    /** Returns what to do with clashing names. */
    public NameClash nameClash() {
        return nameClash;
    }

    /** Returns what to do with an output that is already there. */
    public ExistingOutput existingOutput() {
        return existingOutput;
    }

    /** Returns the codec of the output's pages. */
    public Codec codec() {
        return codec;
    }

    /** Returns where the output is published. */
    public URI output() {
        return output;
    }

    /**
     * Returns a SHA-256 in hexadecimal of all that decides the output's content but for the bytes of the inputs: keys,
     * rules and the names of spine and {@code featureFiles} without their folders.
     */
    public String fingerprint(List<URI> featureFiles) {
        List<String> parts = new ArrayList<>(keys);
        parts.add(duplicateKeys.name());
        parts.add(spineDuplicates.name());
        parts.add(nameClash.name());
        parts.add(codec.name());
        parts.add(fileName(spine));
        featureFiles.forEach(file -> parts.add(fileName(file)));
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part : parts) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
                digest.update(bytes);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Returns the last part of {@code file}'s path, such as {@code rsi.parquet}. */
    public static String fileName(URI file) {
        String path = Objects.requireNonNullElse(file.getPath(), file.toString());
        int end = path.length() > 1 && path.endsWith("/") ? path.length() - 1 : path.length();
        return path.substring(path.lastIndexOf('/', end - 1) + 1, end);
    }

    /**
     * Returns this request with other files in place of its own, whose names without folders are the same; for authors of
     * strategies that bring inputs from elsewhere.
     */
    public MergeRequest withFiles(URI otherSpine, List<URI> otherFeatures) {
        Builder copy = new Builder(keys, normal(otherSpine));
        copy.featureUris(otherFeatures);
        return like(copy, existingOutput);
    }

    /** Returns this request with another output; for authors of strategies that fetch it from elsewhere. */
    public MergeRequest withOutput(URI otherOutput) {
        Builder copy = new Builder(keys, spine);
        copy.features.addAll(features);
        return new MergeRequest(ruledAsThis(copy).onExistingOutput(existingOutput), normal(otherOutput));
    }

    /** Returns this request with leave to replace the output; for batches, whose own it is. */
    MergeRequest replacing() {
        Builder copy = new Builder(keys, spine);
        copy.features.addAll(features);
        return like(copy, ExistingOutput.REPLACE);
    }

    private MergeRequest like(Builder copy, ExistingOutput rule) {
        return new MergeRequest(ruledAsThis(copy).onExistingOutput(rule), output);
    }

    private Builder ruledAsThis(Builder copy) {
        copy.expectedFeatureFiles = expectedFeatureFiles;
        return copy.onDuplicateKey(duplicateKeys)
                .onDuplicateSpineKey(spineDuplicates)
                .onNameClash(nameClash)
                .codec(codec);
    }

    /** Returns the request in one line, for logs. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "merge of %s with %s on %s into %s", spine, features, String.join(", ", keys), output);
    }

    private static URI normal(Path path) {
        return path.toAbsolutePath().normalize().toUri();
    }

    private static URI normal(URI uri) {
        if (!uri.isAbsolute()) {
            throw new IllegalArgumentException("a URI must have a scheme, such as file: or gs:, but was " + uri);
        }
        return "file".equals(uri.getScheme()) ? normal(Path.of(uri)) : uri.normalize();
    }

    /** A request that has its key and lacks its spine. Immutable. */
    public static final class KeyStage {
        private final List<String> keys;

        private KeyStage(List<String> keys) {
            this.keys = keys;
        }

        /** Names the file whose rows are the output's rows. */
        public Builder spine(Path file) {
            return new Builder(keys, normal(file));
        }

        /**
         * Names the file whose rows are the output's rows.
         *
         * @throws IllegalArgumentException if {@code file} has no scheme
         */
        public Builder spine(URI file) {
            return new Builder(keys, normal(file));
        }
    }

    /**
     * Collects feature files and rules; {@link #writeTo(Path)} ends it. A rule can be set once: setting it to another
     * value throws {@link IllegalStateException}. Not thread-safe.
     */
    public static final class Builder {
        private final List<String> keys;
        private final URI spine;
        private final List<FeatureSource> features = new ArrayList<>();
        private OptionalInt expectedFeatureFiles = OptionalInt.empty();
        private @Nullable DuplicateKeys duplicateKeys;
        private @Nullable SpineDuplicates spineDuplicates;
        private @Nullable NameClash nameClash;
        private @Nullable ExistingOutput existingOutput;
        private @Nullable Codec codec;

        private Builder(List<String> keys, URI spine) {
            this.keys = keys;
            this.spine = spine;
        }

        /** Adds the files of {@code folder} that match {@code glob}, by name; the folder is listed when the merge begins. */
        public Builder features(Path folder, String glob) {
            features.add(new Folder(Objects.requireNonNull(folder, "folder"), Objects.requireNonNull(glob, "glob")));
            return this;
        }

        /** Adds {@code files} in their order. */
        public Builder features(Collection<Path> files) {
            features.add(new Listed(files.stream().map(MergeRequest::normal).toList()));
            return this;
        }

        /** Adds {@code files} in their order. */
        public Builder features(Path... files) {
            return features(List.of(files));
        }

        /**
         * Adds {@code files} in their order.
         *
         * @throws IllegalArgumentException if one has no scheme
         */
        public Builder featureUris(Collection<URI> files) {
            features.add(new Listed(files.stream().map(MergeRequest::normal).toList()));
            return this;
        }

        /**
         * Demands that there be exactly {@code count} feature files.
         *
         * @throws IllegalArgumentException if {@code count} is negative
         */
        public Builder expectFeatureFiles(int count) {
            if (count < 0) {
                throw new IllegalArgumentException("expected feature files must not be negative but was " + count);
            }
            refuseChange(
                    "expected feature files",
                    expectedFeatureFiles.isPresent() ? expectedFeatureFiles.getAsInt() : null,
                    count);
            expectedFeatureFiles = OptionalInt.of(count);
            return this;
        }

        /** Says what to do with duplicate keys in a feature file; default {@link DuplicateKeys#REJECT}. */
        public Builder onDuplicateKey(DuplicateKeys rule) {
            refuseChange("rule for duplicate keys", duplicateKeys, rule);
            duplicateKeys = rule;
            return this;
        }

        /** Says what to do with duplicate keys in the spine; default {@link SpineDuplicates#REJECT}. */
        public Builder onDuplicateSpineKey(SpineDuplicates rule) {
            refuseChange("rule for duplicate keys in the spine", spineDuplicates, rule);
            spineDuplicates = rule;
            return this;
        }

        /** Says what to do with clashing names; default {@link NameClash#REJECT}. */
        public Builder onNameClash(NameClash rule) {
            refuseChange("rule for clashing names", nameClash, rule);
            nameClash = rule;
            return this;
        }

        /** Says what to do with an output that is already there; default {@link ExistingOutput#REJECT}. */
        public Builder onExistingOutput(ExistingOutput rule) {
            refuseChange("rule for an existing output", existingOutput, rule);
            existingOutput = rule;
            return this;
        }

        /** Names the output's codec; default {@link Codec#AS_INPUT}. */
        public Builder codec(Codec wanted) {
            refuseChange("codec", codec, wanted);
            codec = wanted;
            return this;
        }

        /** Names the file the output is published as, and ends the request. */
        public MergeRequest writeTo(Path file) {
            return new MergeRequest(this, normal(file));
        }

        /**
         * Names the file the output is published as, and ends the request.
         *
         * @throws IllegalArgumentException if {@code file} has no scheme
         */
        public MergeRequest writeTo(URI file) {
            return new MergeRequest(this, normal(file));
        }

        private static void refuseChange(String what, @Nullable Object before, Object after) {
            Objects.requireNonNull(after, what);
            if (before != null && !before.equals(after)) {
                throw new IllegalStateException(what + " is " + before + " already and can not be " + after + " too");
            }
        }
    }
}
