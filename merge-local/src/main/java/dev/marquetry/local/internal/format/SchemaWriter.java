/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.format;

import org.apache.parquet.format.ColumnOrder;
import org.apache.parquet.format.GeographyType;
import org.apache.parquet.format.KeyValue;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.TimeUnit;

/** Writes what {@link SchemaReader} reads, byte for byte as thrift does. Not thread-safe. */
public final class SchemaWriter {
    private final CompactWriter out;

    /** Writes to {@code out}. */
    public SchemaWriter(CompactWriter out) {
        this.out = out;
    }

    /** Writes a SchemaElement. */
    public void element(SchemaElement element) {
        out.begin();
        if (element.isSetType()) {
            out.i32(1, element.getType().getValue());
        }
        if (element.isSetType_length()) {
            out.i32(2, element.getType_length());
        }
        if (element.isSetRepetition_type()) {
            out.i32(3, element.getRepetition_type().getValue());
        }
        out.string(4, element.getName());
        if (element.isSetNum_children()) {
            out.i32(5, element.getNum_children());
        }
        if (element.isSetConverted_type()) {
            out.i32(6, element.getConverted_type().getValue());
        }
        if (element.isSetScale()) {
            out.i32(7, element.getScale());
        }
        if (element.isSetPrecision()) {
            out.i32(8, element.getPrecision());
        }
        if (element.isSetField_id()) {
            out.i32(9, element.getField_id());
        }
        if (element.isSetLogicalType()) {
            out.struct(10, element.getLogicalType(), this::logicalType);
        }
        out.end();
    }

    /** Writes a ColumnOrder. */
    public void columnOrder(ColumnOrder order) {
        out.begin();
        out.empty(order.getSetField().getThriftFieldId());
        out.end();
    }

    /** Writes a KeyValue. */
    public void keyValue(KeyValue entry) {
        out.begin();
        out.string(1, entry.getKey());
        if (entry.isSetValue()) {
            out.string(2, entry.getValue());
        }
        out.end();
    }

    private void logicalType(LogicalType type) {
        out.begin(type.getSetField().getThriftFieldId());
        switch (type.getSetField()) {
            case DECIMAL -> {
                out.i32(1, type.getDECIMAL().getScale());
                out.i32(2, type.getDECIMAL().getPrecision());
            }
            case TIME -> time(type.getTIME().isIsAdjustedToUTC(), type.getTIME().getUnit());
            case TIMESTAMP ->
                time(
                        type.getTIMESTAMP().isIsAdjustedToUTC(),
                        type.getTIMESTAMP().getUnit());
            case INTEGER -> {
                out.i8(1, type.getINTEGER().getBitWidth());
                out.bool(2, type.getINTEGER().isIsSigned());
            }
            case VARIANT -> {
                if (type.getVARIANT().isSetSpecification_version()) {
                    out.i8(1, type.getVARIANT().getSpecification_version());
                }
            }
            case GEOMETRY -> {
                if (type.getGEOMETRY().isSetCrs()) {
                    out.string(1, type.getGEOMETRY().getCrs());
                }
            }
            case GEOGRAPHY -> geography(type.getGEOGRAPHY());
            case STRING, MAP, LIST, ENUM, DATE, UNKNOWN, JSON, BSON, UUID, FLOAT16 -> {}
        }
        out.end();
    }

    private void time(boolean isAdjustedToUtc, TimeUnit unit) {
        out.bool(1, isAdjustedToUtc);
        out.begin(2);
        out.empty(unit.getSetField().getThriftFieldId());
        out.end();
    }

    private void geography(GeographyType type) {
        if (type.isSetCrs()) {
            out.string(1, type.getCrs());
        }
        if (type.isSetAlgorithm()) {
            out.i32(2, type.getAlgorithm().getValue());
        }
    }
}
