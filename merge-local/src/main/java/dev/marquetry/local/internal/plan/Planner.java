/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.plan;

import dev.marquetry.InvalidInputException;
import dev.marquetry.MergeRequest;
import dev.marquetry.spi.ColumnNaming;
import dev.marquetry.spi.ColumnNaming.FileColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.SchemaElement;

/** Turns footers into a {@link MergePlan}, or into every problem that footers can tell of. */
public final class Planner {
    private final MergeRequest request;
    private final List<InputFile> files;
    private final List<String> problems = new ArrayList<>();

    private Planner(MergeRequest request, List<InputFile> files) {
        this.request = request;
        this.files = files;
    }

    /**
     * Plans the merge of {@code files}, the spine first.
     *
     * @throws InvalidInputException with all problems, if there are any
     */
    public static MergePlan plan(MergeRequest request, List<InputFile> files) {
        return new Planner(request, files).plan();
    }

    private MergePlan plan() {
        List<List<KeyType>> keyTypes = new ArrayList<>();
        for (InputFile file : files) {
            keyTypes.add(keyTypes(file, keyTypes.isEmpty() ? List.of() : keyTypes.get(0)));
            refuseRepeatedNames(file);
        }
        List<OutputColumn> columns =
                problems.isEmpty() ? columns() : List.of(); // without its keys every name would clash
        if (!problems.isEmpty()) {
            throw new InvalidInputException(problems);
        }
        return new MergePlan(request, files, columns, RowGroupLayout.choose(files), keyTypes);
    }

    private List<KeyType> keyTypes(InputFile file, List<KeyType> spine) {
        List<KeyType> types = new ArrayList<>();
        for (int k = 0; k < request.keys().size(); k++) {
            String key = request.keys().get(k);
            Optional<InputColumn> column = file.column(key);
            if (column.isEmpty()) {
                problems.add("[" + file.name() + "] Cannot find key column '" + key
                        + "': add it to the file or name another key");
                continue;
            }
            Optional<KeyType> type = KeyType.of(column.get().schema());
            if (type.isEmpty()) {
                problems.add("[" + file.name() + "] Cannot match rows by floating-point key column '" + key
                        + "' of type " + column.get().schema().getType() + ": use an exact type");
                continue;
            }
            if (spine.size() == request.keys().size() && !type.get().matches(spine.get(k))) {
                problems.add("[" + file.name() + "] Cannot match key column '" + key + "' of type " + type.get()
                        + " with the spine's type " + spine.get(k) + ": give both the same type");
            }
            types.add(type.get());
        }
        return types;
    }

    private void refuseRepeatedNames(InputFile file) {
        long names = file.columns().stream().map(InputColumn::name).distinct().count();
        if (names < file.columns().size()) {
            problems.add("[" + file.name() + "] Cannot tell columns of the same name apart: rename them");
        }
    }

    private List<OutputColumn> columns() {
        List<FileColumns> features = new ArrayList<>();
        for (InputFile file : files.subList(1, files.size())) {
            features.add(new FileColumns(
                    file.name(), carried(file).stream().map(InputColumn::name).toList()));
        }
        InputFile spine = files.get(0);
        ColumnNaming naming = ColumnNaming.of(
                new FileColumns(
                        spine.name(),
                        spine.columns().stream().map(InputColumn::name).toList()),
                features,
                request.nameClash());
        problems.addAll(naming.problems());
        List<OutputColumn> columns = new ArrayList<>();
        for (int f = 0; f < files.size(); f++) {
            List<InputColumn> sources = f == 0 ? spine.columns() : carried(files.get(f));
            for (int c = 0; c < sources.size(); c++) {
                String name = naming.names().get(f).get(c);
                columns.add(new OutputColumn(columns.size(), f, sources.get(c), schema(sources.get(c), name, f > 0)));
            }
        }
        return columns;
    }

    /** Returns the source's own where nothing changes, as mostly nothing does: there are tens of thousands. */
    private static SchemaElement schema(InputColumn source, String name, boolean optional) {
        boolean changes = !source.name().equals(name) || (optional && source.isRequired());
        if (!changes) {
            return source.schema();
        }
        SchemaElement schema = new SchemaElement(source.schema());
        schema.setName(name);
        if (optional) {
            schema.setRepetition_type(FieldRepetitionType.OPTIONAL);
        }
        return schema;
    }

    private List<InputColumn> carried(InputFile file) {
        return file.columns().stream()
                .filter(column -> !request.keys().contains(column.name()))
                .toList();
    }
}
