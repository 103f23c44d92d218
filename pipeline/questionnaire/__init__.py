"""The questionnaire: read from its XLSForm, written as a workbook per member, evaluated as XPath."""
