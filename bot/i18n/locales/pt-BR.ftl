# pt-BR
