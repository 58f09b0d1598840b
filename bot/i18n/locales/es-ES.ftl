# es-ES
