/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.testkit;

import dev.marquetry.InvalidInputException;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeRequest.ExistingOutput;
import dev.marquetry.spi.ColumnNaming;
import dev.marquetry.spi.ColumnNaming.FileColumns;
import dev.marquetry.testkit.ReferenceKeys.Kind;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/** What footers tell about a request, problems included. */
final class ReferencePlan {
    /**
     * One input file.
     *
     * @param columns its columns that go into the output
     */
    record Input(Path path, String file, String version, long bytes, ParquetMetadata footer, List<Type> columns) {
        MessageType schema() {
            return footer.getFileMetaData().getSchema();
        }

        long rows() {
            return footer.getBlocks().stream()
                    .mapToLong(block -> block.getRowCount())
                    .sum();
        }

        List<ColumnChunkMetaData> chunks() {
            return footer.getBlocks().stream()
                    .flatMap(block -> block.getColumns().stream())
                    .toList();
        }

        boolean isUnchanged() throws IOException {
            return version.equals(ReferencePlan.version(path));
        }
    }

    private static final int BYTES_PER_BOXED_VALUE = 64;

    private final MergeRequest request;
    private final List<String> problems = new ArrayList<>();
    private final List<Input> inputs = new ArrayList<>();
    private final Path output;
    private List<URI> featureFiles = List.of();
    private List<List<String>> names = List.of();

    ReferencePlan(MergeRequest request) {
        this.request = request;
        this.output = Path.of(request.output());
        checkOutput();
        listFeatures();
        open(request.spine(), true);
        featureFiles.forEach(file -> open(file, false));
        if (inputs.size() == featureFiles.size() + 1) {
            checkKeyKinds();
            nameColumns();
        }
    }

    List<String> problems() {
        return problems;
    }

    /** Returns the spine, then the feature files; complete only if there is no problem. */
    List<Input> inputs() {
        return inputs;
    }

    List<URI> featureFiles() {
        return featureFiles;
    }

    Path output() {
        return output;
    }

    /** Returns the output's column names, one list per input. */
    List<List<String>> names() {
        return names;
    }

    int columns() {
        return names.stream().mapToInt(List::size).sum();
    }

    long inputBytes() {
        return inputs.stream().mapToLong(Input::bytes).sum();
    }

    /** Returns what all inputs take once decoded: their bytes, and a box around each value. */
    long memoryBytes() {
        return inputs.stream()
                .flatMap(input -> input.chunks().stream())
                .mapToLong(chunk -> chunk.getTotalUncompressedSize() + chunk.getValueCount() * BYTES_PER_BOXED_VALUE)
                .sum();
    }

    private void checkOutput() {
        Path folder = output.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            problem(output, "write into a folder that does not exist: " + folder);
        }
        if (Files.isDirectory(output)) {
            problem(output, "replace a folder: name a file");
        } else if (Files.exists(output) && request.existingOutput() == ExistingOutput.REJECT) {
            problem(output, "write an output that is already there: remove it or ask for its replacement");
        }
    }

    private void listFeatures() {
        try {
            featureFiles = request.featureFiles();
        } catch (InvalidInputException e) {
            problems.addAll(e.problems());
        }
        int expected = request.expectedFeatureFiles().orElse(featureFiles.size());
        if (expected != featureFiles.size()) {
            problems.add("Cannot merge " + featureFiles.size() + " feature files: " + expected + " were expected");
        }
        if (featureFiles.contains(request.output()) || request.spine().equals(request.output())) {
            problem(output, "write over an input: choose another output");
        }
    }

    private void open(URI uri, boolean isSpine) {
        Path path = Path.of(uri);
        try {
            String version = version(path);
            byte[] bytes = Files.readAllBytes(path);
            ParquetMetadata footer = Tables.footer(bytes);
            MessageType schema = footer.getFileMetaData().getSchema();
            int before = problems.size();
            checkColumns(path, schema);
            if (problems.size() == before) {
                List<Type> columns = new ArrayList<>(schema.getFields());
                columns.removeIf(column -> !isSpine && request.keys().contains(column.getName()));
                inputs.add(new Input(path, MergeRequest.fileName(uri), version, bytes.length, footer, columns));
            }
        } catch (IOException | RuntimeException e) {
            problem(path, "read its footer: " + e);
        }
    }

    private static String version(Path path) throws IOException {
        BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
        return now.size() + " " + now.lastModifiedTime() + " " + now.fileKey();
    }

    private void checkColumns(Path path, MessageType schema) {
        for (Type column : schema.getFields()) {
            if (!column.isPrimitive() || column.isRepetition(Type.Repetition.REPEATED)) {
                problem(path, "merge nested column '" + column.getName() + "': only flat ones can be");
            }
        }
        for (String key : request.keys()) {
            if (!schema.containsField(key)) {
                problem(
                        path,
                        "find key column '" + key + "' among "
                                + schema.getFields().stream().map(Type::getName).toList());
            } else if (schema.getType(key).isPrimitive()
                    && ReferenceKeys.kind(schema.getType(key).asPrimitiveType()) == Kind.FLOATING) {
                problem(path, "match rows by floating-point key column '" + key + "': use a column of another type");
            }
        }
    }

    private void checkKeyKinds() {
        Input spine = inputs.get(0);
        for (Input input : inputs) {
            for (String key : request.keys()) {
                Type wanted = spine.schema().getType(key);
                Type found = input.schema().getType(key);
                if (!ReferenceKeys.kind(found.asPrimitiveType())
                        .goesWith(ReferenceKeys.kind(wanted.asPrimitiveType()))) {
                    problem(
                            input.path(),
                            "match key column '" + key + "': it is " + found + " but " + wanted + " in "
                                    + spine.file());
                }
            }
        }
    }

    private void nameColumns() {
        List<FileColumns> files = inputs.stream()
                .map(input -> new FileColumns(
                        input.file(),
                        input.columns().stream().map(Type::getName).toList()))
                .toList();
        ColumnNaming naming = ColumnNaming.of(files.get(0), files.subList(1, files.size()), request.nameClash());
        problems.addAll(naming.problems());
        names = naming.names();
    }

    private void problem(Path file, String what) {
        problems.add("[" + file + "] Cannot " + what);
    }
}
